namespace MfaGateway.Storage.Sql;

/// <summary>What an account has going on: sessions, flows, and the secrets pending in them.</summary>
internal static class SignedInState
{
    /// <summary>Ends all of it. The transaction already holds the account's row, so nothing new begins meanwhile.</summary>
    public static async Task EndAllOfAsync(SqlScope scope, string accountId)
    {
        var account = new { AccountId = accountId };
        await scope.ExecuteAsync("DELETE FROM sessions WHERE account_id = @AccountId", account);
        await scope.ExecuteAsync("DELETE FROM challenge_flows WHERE account_id = @AccountId", account);
        await scope.ExecuteAsync("DELETE FROM pending_totps WHERE account_id = @AccountId", account);
    }

    /// <summary>Holds the account's row until the transaction ends.</summary>
    /// <param name="condition">What must hold besides, e.g. <c>AND disabled = 0</c>.</param>
    /// <returns>Whether there is such an account.</returns>
    public static async Task<bool> LockAccountAsync(SqlScope scope, string accountId, string condition = "") =>
        await scope.ScalarAsync<string>(
            $"SELECT id FROM accounts WHERE id = @AccountId {condition}{scope.Dialect.LockRows}",
            new { AccountId = accountId }) is not null;
}
