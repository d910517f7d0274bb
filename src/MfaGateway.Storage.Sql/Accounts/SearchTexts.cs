using MfaGateway.Core.Accounts;

namespace MfaGateway.Storage.Sql;

/// <summary>What accounts are searched by: their folded names and address, in a row of its own.</summary>
internal static class SearchTexts
{
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

    // A line each: no word is found across the end of one field and the beginning of the next.
    private static string Of(string userName, string email, string displayName) =>
        string.Join('\n', UserNames.Fold(userName), EmailAddress.Fold(email), UserNames.Fold(displayName));
}
