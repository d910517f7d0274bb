using System.Globalization;

namespace MfaGateway.Storage.Sql;

/// <summary>What an account has going on: sessions, flows, and the secrets pending in them.</summary>
internal static class SignedInState
{
    /// <summary>Requests that somebody may go on with. A used one stays: it tells which values were typed, and are spent.</summary>
    public const string Waiting = "state <> 1";

    /// <summary>Ends all of it. The transaction already holds the account's row, so nothing new begins meanwhile.</summary>
    public static async Task EndAllOfAsync(SqlScope scope, string accountId)
    {
        var account = new { AccountId = accountId };
        await scope.ExecuteAsync("DELETE FROM sessions WHERE account_id = @AccountId", account);
        await scope.ExecuteAsync("DELETE FROM challenge_flows WHERE account_id = @AccountId", account);
        await scope.ExecuteAsync("DELETE FROM pending_totps WHERE account_id = @AccountId", account);
        await scope.ExecuteAsync($"DELETE FROM code_requests WHERE account_id = @AccountId AND {Waiting}", account);
        await RaiseEpochAsync(scope, accountId);
    }

    /// <summary>
    /// Ends all of it but one session and one flow: somebody changes how the account is signed in to, and goes on where
    /// they do it. The transaction already holds the account's row.
    /// </summary>
    /// <returns>How many sessions ended.</returns>
    public static async Task<int> EndOthersAsync(SqlScope scope, string accountId, string? keptSessionId, string? keptFlowId)
    {
        var kept = new { AccountId = accountId, SessionId = keptSessionId ?? string.Empty, FlowId = keptFlowId ?? string.Empty };
        var ended = await scope.ExecuteAsync("DELETE FROM sessions WHERE account_id = @AccountId AND id <> @SessionId", kept);
        await scope.ExecuteAsync("DELETE FROM challenge_flows WHERE account_id = @AccountId AND id <> @FlowId", kept);
        await scope.ExecuteAsync("DELETE FROM pending_totps WHERE account_id = @AccountId AND flow_id <> @FlowId", kept);
        await scope.ExecuteAsync(
            $"DELETE FROM code_requests WHERE account_id = @AccountId AND {Waiting} AND (flow_id IS NULL OR flow_id <> @FlowId)", kept);
        await RaiseEpochAsync(scope, accountId);
        return ended;
    }

    /// <summary>Lets nothing begin any more from what was proved before.</summary>
    public static Task RaiseEpochAsync(SqlScope scope, string accountId) =>
        scope.ExecuteAsync("UPDATE accounts SET sign_in_epoch = sign_in_epoch + 1 WHERE id = @AccountId", new { AccountId = accountId });

    /// <summary>The condition that the account is still in the epoch in which something was proved.</summary>
    public static string AtEpoch(long epoch) => string.Create(CultureInfo.InvariantCulture, $"AND sign_in_epoch = {epoch}");

    /// <summary>Holds the account's row until the transaction ends.</summary>
    /// <param name="condition">What must hold besides, e.g. <c>AND disabled = 0</c>.</param>
    /// <returns>Whether there is such an account.</returns>
    public static async Task<bool> LockAccountAsync(SqlScope scope, string accountId, string condition = "") =>
        await scope.ScalarAsync<string>(
            $"SELECT id FROM accounts WHERE id = @AccountId {condition}{scope.Dialect.LockRows}",
            new { AccountId = accountId }) is not null;
}
