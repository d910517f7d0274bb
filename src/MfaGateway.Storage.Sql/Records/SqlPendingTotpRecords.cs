using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlPendingTotpRecords(SqlScope scope) : IPendingTotpRecords
{
    public async Task<PendingTotp?> FindAsync(string flowId) =>
        (await scope.FindAsync<Row>(
            """
            SELECT flow_id AS FlowId, account_id AS AccountId, protected_secret AS ProtectedSecret, algorithm AS Algorithm,
              digits AS Digits, period_seconds AS PeriodSeconds, expires_at AS ExpiresAt
            FROM pending_totps WHERE flow_id = @FlowId
            """,
            new { FlowId = flowId }))?.ToPending();

    // Whether it changes the row or not, the statement holds it.
    public async Task<bool> TryAddAsync(PendingTotp pending, DateTimeOffset now) =>
        await scope.ExecuteAsync(
            """
            INSERT INTO pending_totps (flow_id, account_id, protected_secret, algorithm, digits, period_seconds, expires_at)
            VALUES (@FlowId, @AccountId, @ProtectedSecret, @Algorithm, @Digits, @PeriodSeconds, @ExpiresAt)
            ON CONFLICT (flow_id) DO UPDATE SET account_id = excluded.account_id,
              protected_secret = excluded.protected_secret, algorithm = excluded.algorithm,
              digits = excluded.digits, period_seconds = excluded.period_seconds, expires_at = excluded.expires_at
            WHERE pending_totps.expires_at <= @Now
            """,
            new
            {
                pending.FlowId,
                pending.AccountId,
                pending.ProtectedSecret,
                Algorithm = (long)pending.Parameters.Algorithm,
                Digits = (long)pending.Parameters.Digits,
                PeriodSeconds = (long)pending.Parameters.PeriodSeconds,
                ExpiresAt = Columns.FromTime(pending.ExpiresAt),
                Now = Columns.FromTime(now),
            }) == 1;

    public async Task<bool> TryDeleteAsync(string flowId) =>
        await scope.ExecuteAsync("DELETE FROM pending_totps WHERE flow_id = @FlowId", new { FlowId = flowId }) == 1;

    public Task DeleteAllAsync(string accountId, string? exceptFlowId) => scope.ExecuteAsync(
        "DELETE FROM pending_totps WHERE account_id = @AccountId AND flow_id <> @FlowId",
        new { AccountId = accountId, FlowId = exceptFlowId ?? string.Empty });

    private sealed record Row(
        string FlowId, string AccountId, byte[] ProtectedSecret, long Algorithm, long Digits, long PeriodSeconds, long ExpiresAt)
    {
        public PendingTotp ToPending() => new(
            FlowId, AccountId, ProtectedSecret, new TotpParameters((TotpHash)Algorithm, (int)Digits, (int)PeriodSeconds),
            Columns.ToTime(ExpiresAt));
    }
}
