using MfaGateway.Core.Challenges;

namespace MfaGateway.Storage.Sql;

public sealed class SqlChallengeFlowStore : IChallengeFlowStore
{
    private readonly SqlDatabase _database;

    internal SqlChallengeFlowStore(SqlDatabase database) => _database = database;

    public Task<bool> TryAddAsync(ChallengeFlow flow, long signInEpoch, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope => await SignedInState.LockAccountAsync(scope, flow.AccountId, SignedInState.AtEpoch(signInEpoch))
                && await scope.ExecuteAsync(
                """
                INSERT INTO challenge_flows (id, token_hash, account_id, policy_name, return_url, proofs,
                  replaces_session_id, steps_up, protected_recovery_codes, created_at, expires_at, version)
                VALUES (@Id, @TokenHash, @AccountId, @PolicyName, @ReturnUrl, @Proofs,
                  @ReplacesSessionId, @StepsUp, @ProtectedRecoveryCodes, @CreatedAt, @ExpiresAt, @Version)
                """,
                FlowRow.From(flow)) == 1,
            cancellationToken);

    public Task<ChallengeFlow?> FindAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => (await scope.FindAsync<FlowRow>(
                """
                SELECT id AS Id, token_hash AS TokenHash, account_id AS AccountId, policy_name AS PolicyName,
                  return_url AS ReturnUrl, proofs AS Proofs, replaces_session_id AS ReplacesSessionId, steps_up AS StepsUp,
                  protected_recovery_codes AS ProtectedRecoveryCodes, created_at AS CreatedAt, expires_at AS ExpiresAt,
                  version AS Version
                FROM challenge_flows WHERE token_hash = @TokenHash AND expires_at > @Now AND ended = 0
                """,
                new { TokenHash = tokenHash, Now = Columns.FromTime(now) }))?.ToFlow(),
            cancellationToken);

    public Task<bool> TryUpdateAsync(ChallengeFlow flow, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope => await scope.ExecuteAsync(
                """
                UPDATE challenge_flows SET token_hash = @TokenHash, policy_name = @PolicyName, return_url = @ReturnUrl,
                  proofs = @Proofs, protected_recovery_codes = @ProtectedRecoveryCodes, version = version + 1
                WHERE id = @Id AND version = @Version AND ended = 0
                """,
                FlowRow.From(flow)) == 1,
            cancellationToken);

    public Task EndAsync(string flowId, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            scope => scope.ExecuteAsync("UPDATE challenge_flows SET ended = 1 WHERE id = @FlowId", new { FlowId = flowId }),
            cancellationToken);

    private sealed record FlowRow(
        string Id, byte[] TokenHash, string AccountId, string PolicyName, string ReturnUrl, string Proofs,
        string? ReplacesSessionId, long StepsUp, byte[]? ProtectedRecoveryCodes, long CreatedAt, long ExpiresAt, long Version)
    {
        public static FlowRow From(ChallengeFlow flow) => new(
            flow.Id, flow.TokenHash, flow.AccountId, flow.PolicyName, flow.ReturnUrl, Columns.FromProofs(flow.Proofs),
            flow.ReplacesSessionId, flow.StepsUp ? 1 : 0, flow.ProtectedRecoveryCodes, Columns.FromTime(flow.CreatedAt),
            Columns.FromTime(flow.ExpiresAt), flow.Version);

        public ChallengeFlow ToFlow() => new(
            Id, TokenHash, AccountId, PolicyName, ReturnUrl, Columns.ToProofs(Proofs), ReplacesSessionId,
            ProtectedRecoveryCodes, Columns.ToTime(CreatedAt), Columns.ToTime(ExpiresAt), (int)Version)
        { StepsUp = StepsUp != 0 };
    }
}
