using System.Globalization;
using Dapper;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Storage.Sql;

/// <summary>Groups are kept as they were typed and compared by their fold, which no engine can work out.</summary>
internal static class GroupSpellings
{
    /// <summary>Every group name that some account has.</summary>
    public static Task<IReadOnlyList<string>> AllAsync(SqlScope scope) =>
        scope.ListAsync<string>("SELECT DISTINCT group_name FROM account_groups ORDER BY group_name");

    /// <summary>Those of them that mean this group, and what was asked for itself.</summary>
    public static async Task<string[]> OfAsync(SqlScope scope, string group) =>
        [.. (await AllAsync(scope)).Where(name => GroupNames.Comparer.Equals(name, group)).Append(group).Distinct(StringComparer.Ordinal)];

    /// <summary>A condition that holds for each of the names. A parameter a name: a whole list is one to some drivers and several to others.</summary>
    public static string Condition(string[] groups, DynamicParameters arguments)
    {
        foreach (var (number, group) in groups.Index())
            arguments.Add(NameOf(number), group);
        return $"group_name IN ({string.Join(", ", groups.Index().Select(group => "@" + NameOf(group.Index)))})";
    }

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"Group{number}");
}
