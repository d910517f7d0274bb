using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlFlowRecords(SqlScope scope) : IFlowRecords
{
    private const string Selected =
        """
        SELECT id AS Id, token_hash AS TokenHash, account_id AS AccountId, policy_name AS PolicyName,
          return_url AS ReturnUrl, proofs AS Proofs, replaces_session_id AS ReplacesSessionId, steps_up AS StepsUp,
          protected_recovery_codes AS ProtectedRecoveryCodes, created_at AS CreatedAt, expires_at AS ExpiresAt,
          version AS Version, purpose AS Purpose, ended AS Ended
        FROM challenge_flows
        """;

    public Task AddAsync(ChallengeFlow flow) => scope.ExecuteAsync(
        """
        INSERT INTO challenge_flows (id, token_hash, account_id, policy_name, return_url, proofs,
          replaces_session_id, steps_up, protected_recovery_codes, created_at, expires_at, version, purpose, ended)
        VALUES (@Id, @TokenHash, @AccountId, @PolicyName, @ReturnUrl, @Proofs,
          @ReplacesSessionId, @StepsUp, @ProtectedRecoveryCodes, @CreatedAt, @ExpiresAt, @Version, @Purpose, @Ended)
        """,
        Row.From(flow));

    public Task<ChallengeFlow?> FindByTokenAsync(byte[] tokenHash) => FindAsync("token_hash = @Key", tokenHash);

    public Task<ChallengeFlow?> FindAsync(string id) => FindAsync("id = @Key", id);

    public Task<ChallengeFlow?> FindHeldAsync(string id) => FindAsync($"id = @Key{scope.Dialect.LockRows}", id);

    public async Task<bool> TryUpdateAsync(ChallengeFlow flow) =>
        await scope.ExecuteAsync(
            """
            UPDATE challenge_flows SET token_hash = @TokenHash, policy_name = @PolicyName, return_url = @ReturnUrl, proofs = @Proofs,
              protected_recovery_codes = @ProtectedRecoveryCodes, version = version + 1, purpose = @Purpose, ended = @Ended
            WHERE id = @Id AND version = @Version AND ended = 0
            """,
            Row.From(flow)) == 1;

    public async Task<bool> TryDeleteAsync(string id) =>
        await scope.ExecuteAsync("DELETE FROM challenge_flows WHERE id = @Id", new { Id = id }) == 1;

    public Task<IReadOnlyList<ChallengeFlow>> ListAsync(string accountId) => ListAsync("account_id = @Key", accountId);

    public Task<IReadOnlyList<ChallengeFlow>> ListReplacingAsync(string sessionId) => ListAsync("replaces_session_id = @Key", sessionId);

    private async Task<ChallengeFlow?> FindAsync(string condition, object key) =>
        (await scope.FindAsync<Row>($"{Selected} WHERE {condition}", new { Key = key }))?.ToFlow();

    private async Task<IReadOnlyList<ChallengeFlow>> ListAsync(string condition, string key) =>
        [.. (await scope.ListAsync<Row>($"{Selected} WHERE {condition} ORDER BY id", new { Key = key })).Select(row => row.ToFlow())];

    private sealed record Row(
        string Id, byte[] TokenHash, string AccountId, string PolicyName, string ReturnUrl, string Proofs,
        string? ReplacesSessionId, long StepsUp, byte[]? ProtectedRecoveryCodes, long CreatedAt, long ExpiresAt, long Version,
        long Purpose, long Ended)
    {
        public static Row From(ChallengeFlow flow) => new(
            flow.Id, flow.TokenHash, flow.AccountId, flow.PolicyName, flow.ReturnUrl, Columns.FromProofs(flow.Proofs),
            flow.ReplacesSessionId, Columns.FromFlag(flow.StepsUp), flow.ProtectedRecoveryCodes, Columns.FromTime(flow.CreatedAt),
            Columns.FromTime(flow.ExpiresAt), flow.Version, (long)flow.Purpose, Columns.FromFlag(flow.IsEnded));

        public ChallengeFlow ToFlow() => new(
            Id, TokenHash, AccountId, PolicyName, ReturnUrl, Columns.ToProofs(Proofs), ReplacesSessionId,
            ProtectedRecoveryCodes, Columns.ToTime(CreatedAt), Columns.ToTime(ExpiresAt), (int)Version)
        {
            StepsUp = StepsUp != 0,
            Purpose = (FlowPurpose)Purpose,
            IsEnded = Ended != 0,
        };
    }
}
