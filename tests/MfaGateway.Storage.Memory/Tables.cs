using System.Collections.Immutable;

namespace MfaGateway.Storage.Memory;

internal static class Tables
{
    /// <summary>With one record more.</summary>
    /// <exception cref="ArgumentException">There is one of this key, be it the same.</exception>
    public static ImmutableSortedDictionary<TKey, T> With<TKey, T>(this ImmutableSortedDictionary<TKey, T> table, TKey key, T record)
        where TKey : notnull => table.ContainsKey(key)
            ? throw new ArgumentException($"There is a record {key} already.", nameof(key))
            : table.Add(key, record);

    /// <summary>So many of the records behind this key, in the order of the keys.</summary>
    public static IReadOnlyList<T> Behind<T>(this ImmutableSortedDictionary<string, T> table, string after, int count) =>
        [.. table.Where(one => string.CompareOrdinal(one.Key, after) > 0).Take(count).Select(one => one.Value)];
}
