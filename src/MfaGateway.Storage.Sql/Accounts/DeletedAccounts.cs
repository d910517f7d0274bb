namespace MfaGateway.Storage.Sql;

/// <summary>The user names of deleted accounts, for the audit entries about them. A name is kept as long as such entries can be.</summary>
internal static class DeletedAccounts
{
    /// <summary>Keeps the name of an account that is about to be deleted.</summary>
    /// <param name="at">The time of the audit entry that tells of it.</param>
    public static Task KeepNameAsync(SqlScope scope, string accountId, DateTimeOffset at) => scope.ExecuteAsync(
        """
        INSERT INTO deleted_accounts (account_id, user_name, folded_user_name, deleted_at)
        SELECT id, user_name, folded_user_name, @At FROM accounts WHERE id = @AccountId
        ON CONFLICT (account_id) DO NOTHING
        """,
        new { AccountId = accountId, At = Columns.FromTime(at) });

    public static Task<string?> FindNameAsync(SqlScope scope, string accountId) =>
        scope.ScalarAsync<string>("SELECT user_name FROM deleted_accounts WHERE account_id = @AccountId", new { AccountId = accountId });

    /// <summary>Of several accounts that had the name one after the other: the last.</summary>
    public static Task<string?> FindIdAsync(SqlScope scope, string foldedUserName) => scope.ScalarAsync<string>(
        "SELECT account_id FROM deleted_accounts WHERE folded_user_name = @Folded ORDER BY deleted_at DESC, account_id LIMIT 1",
        new { Folded = foldedUserName });

    /// <summary>Forgets names that only entries refer to which retention has deleted: the deletion is the last that tells of an account.</summary>
    public static Task TrimAsync(SqlScope scope, DateTimeOffset olderThan) =>
        scope.ExecuteAsync("DELETE FROM deleted_accounts WHERE deleted_at < @OlderThan", new { OlderThan = Columns.FromTime(olderThan) });
}
