using System.Reflection;

namespace MfaGateway.Configuration;

/// <summary>The keys under <c>MfaGateway</c>, read off the options classes; <c>*</c> stands for a name the operator chooses.</summary>
public static class SettingKeys
{
    public const string AnyName = "*";

    /// <summary>Every key that holds a value or a list, in the order of the classes.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Within(typeof(GatewayOptions), pattern: string.Empty)];

    /// <summary>Those of them that hold lists.</summary>
    public static IReadOnlyList<string> Lists { get; } = [.. ListsWithin(typeof(GatewayOptions), pattern: string.Empty)];

    internal static IReadOnlyDictionary<string, PropertyInfo> Of(Type options) => options
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite)
        .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

    internal static string Join(string pattern, string key) => pattern.Length == 0 ? key : $"{pattern}:{key}";

    internal static bool IsListOfText(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable<string>));

    /// <summary>What stands under each name, where the type is a dictionary.</summary>
    internal static Type? ValueOfNames(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var key, var value] && key == typeof(string) ? value : null;

    internal static bool IsSection(Type type) =>
        type.IsClass && type != typeof(string) && !IsListOfText(type) && ValueOfNames(type) is null;

    private static IEnumerable<string> Within(Type options, string pattern) =>
        Of(options).Values.SelectMany(property => Below(property.PropertyType, Join(pattern, property.Name)));

    private static IEnumerable<string> ListsWithin(Type options, string pattern) =>
        Of(options).Values.SelectMany(property => ListsBelow(property.PropertyType, Join(pattern, property.Name)));

    private static IEnumerable<string> ListsBelow(Type type, string pattern)
    {
        if (IsListOfText(type))
            return [pattern];
        if (ValueOfNames(type) is { } value)
            return ListsBelow(value, Join(pattern, AnyName));
        return IsSection(type) ? ListsWithin(type, pattern) : [];
    }

    private static IEnumerable<string> Below(Type type, string pattern)
    {
        if (ValueOfNames(type) is { } value)
            return Below(value, Join(pattern, AnyName));
        return IsSection(type) ? Within(type, pattern) : [pattern];
    }
}
