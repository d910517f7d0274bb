using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlEnrollmentCodeRecords(SqlScope scope) : IEnrollmentCodeRecords
{
    public async Task<EnrollmentCodeRecord?> FindAsync(string accountId) =>
        await scope.FindAsync<Row>(
            """
            SELECT code_hash AS Hash, made_at AS MadeAt, expires_at AS ExpiresAt, given_in_flow_id AS GivenInFlowId
            FROM enrollment_codes WHERE account_id = @AccountId
            """,
            new { AccountId = accountId }) is { } row
            ? new EnrollmentCodeRecord(row.Hash, Columns.ToTime(row.MadeAt), Columns.ToTime(row.ExpiresAt), row.GivenInFlowId)
            : null;

    public Task SetAsync(string accountId, EnrollmentCodeRecord code) => scope.ExecuteAsync(
        """
        INSERT INTO enrollment_codes (account_id, code_hash, made_at, expires_at, given_in_flow_id)
        VALUES (@AccountId, @Hash, @MadeAt, @ExpiresAt, @GivenInFlowId)
        ON CONFLICT (account_id) DO UPDATE SET code_hash = excluded.code_hash, made_at = excluded.made_at,
          expires_at = excluded.expires_at, given_in_flow_id = excluded.given_in_flow_id
        """,
        new
        {
            AccountId = accountId,
            code.Hash,
            MadeAt = Columns.FromTime(code.MadeAt),
            ExpiresAt = Columns.FromTime(code.ExpiresAt),
            code.GivenInFlowId,
        });

    public Task DeleteAsync(string accountId) =>
        scope.ExecuteAsync("DELETE FROM enrollment_codes WHERE account_id = @AccountId", new { AccountId = accountId });

    private sealed record Row(byte[] Hash, long MadeAt, long ExpiresAt, string? GivenInFlowId);
}
