using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Accounts;

/// <summary>Groups are kept as they were typed and compared by their fold, which no engine can work out.</summary>
internal static class GroupSpellings
{
    /// <summary>The names that accounts have and that mean this group, and what was asked for itself.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(IStoreRead records, string? group) =>
        string.IsNullOrEmpty(group)
            ? []
            : [.. (await records.AccountSearch.ListGroupsAsync()).Where(name => GroupNames.Comparer.Equals(name, group)).Append(group).Distinct(StringComparer.Ordinal)];
}
