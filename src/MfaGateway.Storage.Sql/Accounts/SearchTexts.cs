using MfaGateway.Core.Accounts;

namespace MfaGateway.Storage.Sql;

/// <summary>What accounts are searched by: their folded names and address, in a row of its own.</summary>
internal static class SearchTexts
{
    private const int BatchSize = 500;

    public static Task SetAsync(SqlScope scope, string accountId, string userName, string email, string displayName) =>
        scope.ExecuteAsync(
            """
            INSERT INTO account_search (folded_user_name, account_id, search_text) VALUES (@FoldedUserName, @AccountId, @Text)
            ON CONFLICT (account_id) DO UPDATE SET folded_user_name = excluded.folded_user_name, search_text = excluded.search_text
            """,
            new { FoldedUserName = UserNames.Fold(userName), AccountId = accountId, Text = Of(userName, email, displayName) });

    /// <summary>Ends a LIKE for text that holds this word; what LIKE would read as a sign is taken as it is.</summary>
    public static string Pattern(string word)
    {
        var literal = word
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
        return $"%{literal}%";
    }

    /// <summary>
    /// Folds the names of accounts that are older than this table. Folding is the program's (engines differ in it, and
    /// SQLite knows ASCII alone), so a migration can't do it. Can be cut off at any time; several processes may do it at once.
    /// </summary>
    public static async Task FillAsync(SqlDatabase database, CancellationToken cancellationToken)
    {
        while (await database.ReadAsync(ListUnfilledAsync, cancellationToken) is { Count: > 0 } rows)
        {
            await database.WriteAsync(
                async scope =>
                {
                    foreach (var row in rows)
                    {
                        await scope.ExecuteAsync(
                            "UPDATE account_search SET search_text = @Text WHERE account_id = @Id AND search_text IS NULL",
                            new { row.Id, Text = Of(row.UserName, row.Email, row.DisplayName) });
                    }

                    return rows.Count;
                },
                cancellationToken);
        }
    }

    // A line each: no word is found across the end of one field and the beginning of the next.
    private static string Of(string userName, string email, string displayName) =>
        string.Join('\n', UserNames.Fold(userName), EmailAddress.Fold(email), UserNames.Fold(displayName));

    private static Task<IReadOnlyList<NamesRow>> ListUnfilledAsync(SqlScope scope) => scope.ListAsync<NamesRow>(
        """
        SELECT id AS Id, user_name AS UserName, email AS Email, display_name AS DisplayName
        FROM account_search JOIN accounts ON accounts.id = account_search.account_id
        WHERE search_text IS NULL ORDER BY account_id LIMIT @BatchSize
        """,
        new { BatchSize = (long)BatchSize });

    private sealed record NamesRow(string Id, string UserName, string Email, string DisplayName);
}
