using MfaGateway.Core.Challenges;

namespace MfaGateway.Storage.Sql;

public sealed class SqlChallengeFlowStore : IChallengeFlowStore
{
    private readonly SqlDatabase _database;

    internal SqlChallengeFlowStore(SqlDatabase database) => _database = database;

    public Task<bool> TryAddAsync(ChallengeFlow flow, long signInEpoch, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                if (!await SignedInState.LockAccountAsync(scope, flow.AccountId, SignedInState.AtEpoch(signInEpoch)))
                    return false;
                await InsertAsync(scope, flow);
                if (flow is { StepsUp: true, ReplacesSessionId: { } sessionId })
                    await DeleteOldStepUpsAsync(scope, sessionId);
                return true;
            },
            cancellationToken);

    public Task<ChallengeFlow?> FindAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => (await scope.FindAsync<FlowRow>(
                """
                SELECT id AS Id, token_hash AS TokenHash, account_id AS AccountId, policy_name AS PolicyName,
                  return_url AS ReturnUrl, proofs AS Proofs, replaces_session_id AS ReplacesSessionId, steps_up AS StepsUp,
                  protected_recovery_codes AS ProtectedRecoveryCodes, created_at AS CreatedAt, expires_at AS ExpiresAt,
                  version AS Version, purpose AS Purpose
                FROM challenge_flows
                WHERE token_hash = @TokenHash AND expires_at > @Now AND ended = 0
                """,
                new { TokenHash = tokenHash, Now = Columns.FromTime(now) }))?.ToFlow(),
            cancellationToken);

    public Task<bool> TryUpdateAsync(ChallengeFlow flow, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope => await scope.ExecuteAsync(
                """
                UPDATE challenge_flows SET token_hash = @TokenHash, purpose = @Purpose, policy_name = @PolicyName, return_url = @ReturnUrl,
                  proofs = @Proofs, protected_recovery_codes = @ProtectedRecoveryCodes, version = version + 1
                WHERE id = @Id AND version = @Version AND ended = 0
                """,
                FlowRow.From(flow)) == 1,
            cancellationToken);

    public Task EndAsync(string flowId, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            scope => scope.ExecuteAsync("UPDATE challenge_flows SET ended = 1 WHERE id = @FlowId", new { FlowId = flowId }),
            cancellationToken);

    /// <summary>Adds a flow. The transaction already holds the account's row.</summary>
    internal static Task InsertAsync(SqlScope scope, ChallengeFlow flow) =>
        scope.ExecuteAsync(
            """
            INSERT INTO challenge_flows (id, token_hash, account_id, purpose, policy_name, return_url, proofs,
              replaces_session_id, steps_up, protected_recovery_codes, created_at, expires_at, version)
            VALUES (@Id, @TokenHash, @AccountId, @Purpose, @PolicyName, @ReturnUrl, @Proofs,
              @ReplacesSessionId, @StepsUp, @ProtectedRecoveryCodes, @CreatedAt, @ExpiresAt, @Version)
            """,
            FlowRow.From(flow));

    // The transaction holds the account's row, so that two do not keep the others' rows.
    private static async Task DeleteOldStepUpsAsync(SqlScope scope, string sessionId)
    {
        var old = await scope.ListAsync<string>(
            """
            SELECT id FROM challenge_flows
            WHERE replaces_session_id = @SessionId AND steps_up = 1 AND protected_recovery_codes IS NULL
            ORDER BY created_at DESC, id
            """,
            new { SessionId = sessionId });
        foreach (var id in old.Skip(IChallengeFlowStore.MaxStepUpsPerSession).Order(StringComparer.Ordinal))
        {
            await scope.ExecuteAsync("DELETE FROM challenge_flows WHERE id = @Id", new { Id = id });
            await scope.ExecuteAsync("DELETE FROM pending_totps WHERE flow_id = @Id", new { Id = id });
        }
    }

    private sealed record FlowRow(
        string Id, byte[] TokenHash, string AccountId, string PolicyName, string ReturnUrl, string Proofs,
        string? ReplacesSessionId, long StepsUp, byte[]? ProtectedRecoveryCodes, long CreatedAt, long ExpiresAt, long Version,
        long Purpose)
    {
        public static FlowRow From(ChallengeFlow flow) => new(
            flow.Id, flow.TokenHash, flow.AccountId, flow.PolicyName, flow.ReturnUrl, Columns.FromProofs(flow.Proofs),
            flow.ReplacesSessionId, flow.StepsUp ? 1 : 0, flow.ProtectedRecoveryCodes, Columns.FromTime(flow.CreatedAt),
            Columns.FromTime(flow.ExpiresAt), flow.Version, (long)flow.Purpose);

        public ChallengeFlow ToFlow() => new(
            Id, TokenHash, AccountId, PolicyName, ReturnUrl, Columns.ToProofs(Proofs), ReplacesSessionId,
            ProtectedRecoveryCodes, Columns.ToTime(CreatedAt), Columns.ToTime(ExpiresAt), (int)Version)
        { StepsUp = StepsUp != 0, Purpose = (FlowPurpose)Purpose };
    }
}
