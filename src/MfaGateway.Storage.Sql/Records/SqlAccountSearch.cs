using System.Globalization;
using Dapper;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlAccountSearch(SqlScope scope) : IAccountSearch
{
    private const string Searched = "account_search JOIN accounts ON accounts.id = account_search.account_id";

    public async Task<AccountPage> FindPageAsync(
        AccountFilter filter, IReadOnlyList<string> groups, AccountPlace place, int count, DateTimeOffset now)
    {
        var (conditions, arguments) = Translate(filter, groups, now);
        arguments.Add("Place", place.FoldedUserName);
        arguments.Add("Count", (long)count + 1);
        conditions.Add(place.Backwards ? "account_search.folded_user_name < @Place" : "account_search.folded_user_name > @Place");
        var found = await AccountRow.ListAsync(
            scope,
            $"""
            SELECT accounts.* FROM {Searched}
            WHERE {string.Join(" AND ", conditions)}
            ORDER BY account_search.folded_user_name {(place.Backwards ? "DESC" : "ASC")} LIMIT @Count
            """,
            arguments);

        // One more than asked for shows that there is another page; it is the one farthest from the place.
        var hasMore = found.Count > count;
        var page = place.Backwards ? found.TakeLast(count) : found.Take(count);
        return new AccountPage(
            [.. page],
            HasEarlier: place.Backwards ? hasMore : place.FoldedUserName.Length > 0,
            HasLater: place.Backwards || hasMore);
    }

    public async Task<long> CountAsync(AccountFilter filter, IReadOnlyList<string> groups, DateTimeOffset now)
    {
        var (conditions, arguments) = Translate(filter, groups, now);
        return await scope.ScalarAsync<long>($"SELECT COUNT(*) FROM {Searched} WHERE {string.Join(" AND ", conditions)}", arguments);
    }

    public Task<IReadOnlyList<string>> ListGroupsAsync() =>
        scope.ListAsync<string>("SELECT DISTINCT group_name FROM account_groups ORDER BY group_name");

    public Task<IReadOnlyList<string>> ListMembersAsync(IReadOnlyList<string> groups, string after, int count)
    {
        var arguments = new DynamicParameters(new { After = after, Count = (long)count });
        return scope.ListAsync<string>(
            $"""
            SELECT DISTINCT id FROM accounts JOIN account_groups ON account_groups.account_id = accounts.id
            WHERE {InGroups(groups, arguments)} AND disabled = 0 AND id > @After ORDER BY id LIMIT @Count
            """,
            arguments);
    }

    /// <summary>
    /// Conditions on <c>account_search</c> and <c>accounts</c>. At the worst, all of the small rows of the former are read.
    /// </summary>
    private static (List<string> Conditions, DynamicParameters Arguments) Translate(
        AccountFilter filter, IReadOnlyList<string> groups, DateTimeOffset now)
    {
        var conditions = new List<string> { ConditionOf(filter.Condition) };
        var arguments = new DynamicParameters();
        arguments.Add("Now", Columns.FromTime(now));
        foreach (var (number, word) in filter.Words.Index())
        {
            var name = NameOf("Word", number);
            conditions.Add($"search_text LIKE @{name} ESCAPE '\\'");
            arguments.Add(name, Pattern(word));
        }

        if (groups.Count > 0)
        {
            // Where words or locks leave few, each is looked at; otherwise the members of the group are the fewest there are.
            var named = InGroups(groups, arguments);
            conditions.Add(filter.Words.Count > 0 || filter.Condition == AccountCondition.Locked
                ? $"EXISTS (SELECT 1 FROM account_groups WHERE account_groups.account_id = account_search.account_id AND {named})"
                : $"account_search.account_id IN (SELECT account_id FROM account_groups WHERE {named})");
        }

        return (conditions, arguments);
    }

    private static string ConditionOf(AccountCondition condition) => condition switch
    {
        AccountCondition.Disabled => "account_search.account_id IN (SELECT id FROM accounts WHERE disabled = 1)",
        AccountCondition.WithoutSecondFactor =>
            "NOT EXISTS (SELECT 1 FROM totp_authenticators WHERE totp_authenticators.account_id = account_search.account_id)",
        AccountCondition.NeverSignedIn => "accounts.last_sign_in_at IS NULL",
        // Each is looked at, so that a day on which everyone is locked costs no more than any other.
        AccountCondition.Locked =>
            """
            EXISTS (SELECT 1 FROM attempt_counts
              WHERE attempt_counts.account_id = account_search.account_id AND closed = 1 AND window_ends_at > @Now)
            """,
        _ => "1 = 1",
    };

    /// <summary>A condition that holds for each of the names. A parameter a name: a whole list is one to some drivers and several to others.</summary>
    private static string InGroups(IReadOnlyList<string> groups, DynamicParameters arguments)
    {
        foreach (var (number, group) in groups.Index())
            arguments.Add(NameOf("Group", number), group);
        return $"group_name IN ({string.Join(", ", groups.Index().Select(group => "@" + NameOf("Group", group.Index)))})";
    }

    /// <summary>Ends a LIKE for text that holds this word; what LIKE would read as a sign is taken as it is.</summary>
    private static string Pattern(string word)
    {
        var literal = word
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
        return $"%{literal}%";
    }

    private static string NameOf(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}{number}");
}
