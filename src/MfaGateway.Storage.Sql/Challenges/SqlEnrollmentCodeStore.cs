using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;

namespace MfaGateway.Storage.Sql;

public sealed class SqlEnrollmentCodeStore : IEnrollmentCodeStore
{
    private readonly SqlDatabase _database;

    internal SqlEnrollmentCodeStore(SqlDatabase database) => _database = database;

    public Task<KeptEnrollmentCode?> FindAsync(string accountId, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => (await scope.FindAsync<CodeRow>(
                "SELECT expires_at AS ExpiresAt, given_in_flow_id AS GivenInFlowId FROM enrollment_codes WHERE account_id = @AccountId",
                new { AccountId = accountId }))?.ToKept(),
            cancellationToken);

    public Task<bool> TryGiveAsync(
        string accountId, byte[] codeHash, string flowId, DateTimeOffset now, CancellationToken cancellationToken) =>
        TryGiveAsync(accountId, codeHash, flowId, entry: null, now, cancellationToken);

    public Task<bool> TryGiveAsync(
        string accountId, byte[] codeHash, string flowId, AuditEntry? entry, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var given = await scope.ExecuteAsync(
                    """
                    UPDATE enrollment_codes SET given_in_flow_id = @FlowId
                    WHERE account_id = @AccountId AND code_hash = @CodeHash AND made_at <= @Latest AND expires_at > @Now
                    """,
                    new
                    {
                        AccountId = accountId,
                        CodeHash = codeHash,
                        FlowId = flowId,
                        Now = Columns.FromTime(now),
                        Latest = Columns.LatestOf(now),
                    }) == 1;
                if (given)
                    await scope.RecordIfAnyAsync(entry);
                return given;
            },
            cancellationToken);

    /// <summary>Makes this the account's only code; the one before opens nothing any more, wherever it was given.</summary>
    internal static Task SetAsync(SqlScope scope, string accountId, NewEnrollmentCode code) =>
        scope.ExecuteAsync(
            """
            INSERT INTO enrollment_codes (account_id, code_hash, made_at, expires_at) VALUES (@AccountId, @Hash, @MadeAt, @ExpiresAt)
            ON CONFLICT (account_id) DO UPDATE SET code_hash = excluded.code_hash, made_at = excluded.made_at,
              expires_at = excluded.expires_at, given_in_flow_id = NULL
            """,
            new { AccountId = accountId, code.Hash, MadeAt = Columns.FromTime(code.MadeAt), ExpiresAt = Columns.FromTime(code.ExpiresAt) });

    /// <summary>Spends the code that was given in this flow. The transaction holds the account's row.</summary>
    /// <returns>Whether the flow may enrol: there is no code, or there is none any more.</returns>
    internal static async Task<bool> TrySpendAsync(SqlScope scope, string accountId, string flowId)
    {
        var account = new { AccountId = accountId, FlowId = flowId };
        await scope.ExecuteAsync("DELETE FROM enrollment_codes WHERE account_id = @AccountId AND given_in_flow_id = @FlowId", account);
        return await scope.ScalarAsync<long>("SELECT COUNT(*) FROM enrollment_codes WHERE account_id = @AccountId", account) == 0;
    }

    private sealed record CodeRow(long ExpiresAt, string? GivenInFlowId)
    {
        public KeptEnrollmentCode ToKept() => new(Columns.ToTime(ExpiresAt), GivenInFlowId);
    }
}
