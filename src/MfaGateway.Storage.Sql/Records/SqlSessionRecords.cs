using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlSessionRecords(SqlScope scope) : ISessionRecords
{
    private const string Selected =
        """
        SELECT id AS Id, token_hash AS TokenHash, account_id AS AccountId, proofs AS Proofs, signed_in_at AS SignedInAt,
          last_seen_at AS LastSeenAt, expires_at AS ExpiresAt, client_address AS ClientAddress, user_agent AS UserAgent
        FROM sessions
        """;

    public Task AddAsync(GatewaySession session) => scope.ExecuteAsync(
        """
        INSERT INTO sessions (id, token_hash, account_id, proofs, signed_in_at, last_seen_at, expires_at, client_address, user_agent)
        VALUES (@Id, @TokenHash, @AccountId, @Proofs, @SignedInAt, @LastSeenAt, @ExpiresAt, @ClientAddress, @UserAgent)
        """,
        Row.From(session));

    public Task<GatewaySession?> FindByTokenAsync(byte[] tokenHash) => FindAsync("token_hash = @Key", tokenHash);

    public Task<GatewaySession?> FindAsync(string id) => FindAsync("id = @Key", id);

    public async Task<IReadOnlyList<GatewaySession>> ListAsync(string accountId) =>
    [
        .. (await scope.ListAsync<Row>(
            $"{Selected} WHERE account_id = @AccountId ORDER BY last_seen_at DESC, id", new { AccountId = accountId })).Select(row => row.ToSession()),
    ];

    public Task TouchAsync(string id, DateTimeOffset lastSeenAt) => scope.ExecuteAsync(
        "UPDATE sessions SET last_seen_at = @LastSeenAt WHERE id = @Id AND last_seen_at < @LastSeenAt",
        new { Id = id, LastSeenAt = Columns.FromTime(lastSeenAt) });

    public async Task<bool> TryDeleteAsync(string id) =>
        await scope.ExecuteAsync("DELETE FROM sessions WHERE id = @Id", new { Id = id }) == 1;

    public async Task SucceedAsync(string endedId, GatewaySession session)
    {
        // A chain is kept short: all of it points to the last.
        var succession = new { EndedId = endedId, session.Id, ExpiresAt = Columns.FromTime(session.ExpiresAt) };
        await scope.ExecuteAsync(
            "UPDATE session_successions SET session_id = @Id, expires_at = @ExpiresAt WHERE session_id = @EndedId", succession);
        await scope.ExecuteAsync(
            "INSERT INTO session_successions (ended_session_id, session_id, expires_at) VALUES (@EndedId, @Id, @ExpiresAt)", succession);
    }

    public Task<GatewaySession?> FindSuccessorAsync(string endedId) =>
        FindAsync("id = (SELECT session_id FROM session_successions WHERE ended_session_id = @Key)", endedId);

    public Task<IReadOnlyList<Succession>> ListSuccessionsAsync(string after, int count) => scope.ListAsync<Succession>(
        """
        SELECT ended_session_id AS EndedId, session_id AS SessionId
        FROM session_successions WHERE ended_session_id > @After ORDER BY ended_session_id LIMIT @Count
        """,
        new { After = after, Count = (long)count });

    private async Task<GatewaySession?> FindAsync(string condition, object key) =>
        (await scope.FindAsync<Row>($"{Selected} WHERE {condition}", new { Key = key }))?.ToSession();

    private sealed record Row(
        string Id, byte[] TokenHash, string AccountId, string Proofs, long SignedInAt, long LastSeenAt, long ExpiresAt,
        string ClientAddress, string UserAgent)
    {
        public static Row From(GatewaySession session) => new(
            session.Id, session.TokenHash, session.AccountId, Columns.FromProofs(session.Proofs),
            Columns.FromTime(session.SignedInAt), Columns.FromTime(session.LastSeenAt), Columns.FromTime(session.ExpiresAt),
            session.ClientAddress, session.UserAgent);

        public GatewaySession ToSession() => new(
            Id, TokenHash, AccountId, Columns.ToProofs(Proofs), Columns.ToTime(SignedInAt), Columns.ToTime(LastSeenAt),
            Columns.ToTime(ExpiresAt), ClientAddress, UserAgent);
    }
}
