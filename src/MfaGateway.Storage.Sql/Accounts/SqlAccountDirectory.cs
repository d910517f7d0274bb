using Dapper;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Storage.Sql;

public sealed class SqlAccountDirectory : IAccountDirectory
{
    private const string Searched = "account_search JOIN accounts ON accounts.id = account_search.account_id";

    private readonly SqlDatabase _database;

    internal SqlAccountDirectory(SqlDatabase database) => _database = database;

    public Task<AccountPage> FindPageAsync(
        AccountFilter filter, AccountPlace place, int count, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.ReadAsync(scope => FindPageAsync(scope, filter, place, count, now), cancellationToken);

    public Task<long> CountAsync(AccountFilter filter, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope =>
            {
                var (conditions, arguments) = Translate(filter, await GroupsOfAsync(scope, filter), now);
                return await scope.ScalarAsync<long>($"SELECT COUNT(*) FROM {Searched} WHERE {string.Join(" AND ", conditions)}", arguments);
            },
            cancellationToken);

    public async Task<IReadOnlyList<string>> ListGroupsAsync(CancellationToken cancellationToken) =>
        await _database.ReadAsync(GroupSpellings.AllAsync, cancellationToken);

    private static async Task<string[]> GroupsOfAsync(SqlScope scope, AccountFilter filter) =>
        string.IsNullOrEmpty(filter.Group) ? [] : await GroupSpellings.OfAsync(scope, filter.Group);

    private static async Task<AccountPage> FindPageAsync(
        SqlScope scope, AccountFilter filter, AccountPlace place, int count, DateTimeOffset now)
    {
        var (conditions, arguments) = Translate(filter, await GroupsOfAsync(scope, filter), now);
        arguments.Add("Place", place.FoldedUserName);
        arguments.Add("Count", (long)count + 1);
        conditions.Add(place.Backwards ? "account_search.folded_user_name < @Place" : "account_search.folded_user_name > @Place");
        var found = await AccountRows.ListAsync(
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

    /// <summary>
    /// Conditions on <c>account_search</c> and <c>accounts</c>. At the worst, all of the small rows of the former are read.
    /// </summary>
    private static (List<string> Conditions, DynamicParameters Arguments) Translate(AccountFilter filter, string[] groups, DateTimeOffset now)
    {
        var conditions = new List<string> { ConditionOf(filter.Condition) };
        var arguments = new DynamicParameters();
        arguments.Add("Now", Columns.FromTime(now));
        foreach (var (number, word) in filter.Words.Index())
        {
            var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Word{number}");
            conditions.Add($"search_text LIKE @{name} ESCAPE '\\'");
            arguments.Add(name, SearchTexts.Pattern(word));
        }

        if (!string.IsNullOrEmpty(filter.Group))
        {
            var named = GroupSpellings.Condition(groups, arguments);
            // Where words or locks leave few, each is looked at; otherwise the members of the group are the fewest there are.
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
        // Each is looked at, so that a day on which somebody has locked everybody costs no more than any other.
        AccountCondition.Locked =>
            """
            EXISTS (SELECT 1 FROM attempt_counts
              WHERE attempt_counts.account_id = account_search.account_id AND closed = 1 AND window_ends_at > @Now)
            """,
        _ => "1 = 1",
    };
}
