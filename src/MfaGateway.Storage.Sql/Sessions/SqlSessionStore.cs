using MfaGateway.Core.Auditing;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Storage.Sql;

public sealed class SqlSessionStore : ISessionStore
{
    private const string Selected =
        """
        SELECT id AS Id, token_hash AS TokenHash, account_id AS AccountId, proofs AS Proofs, signed_in_at AS SignedInAt,
          last_seen_at AS LastSeenAt, expires_at AS ExpiresAt, client_address AS ClientAddress, user_agent AS UserAgent
        FROM sessions
        """;

    private readonly SqlDatabase _database;

    internal SqlSessionStore(SqlDatabase database) => _database = database;

    public Task<bool> TryStartAsync(
        GatewaySession session, SessionOrigin origin, SessionReplacement? replaces, int mostPerAccount, CancellationToken cancellationToken) =>
        TryStartAsync(session, origin, replaces, mostPerAccount, entry: null, cancellationToken);

    public Task<bool> TryStartAsync(
        GatewaySession session, SessionOrigin origin, SessionReplacement? replaces, int mostPerAccount, AuditEntry? entry,
        CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                // Disabling changes the same row: it either comes first and is seen here, or comes after and ends this session.
                var mayStart = "AND disabled = 0 " + (origin.SignInEpoch is { } epoch ? SignedInState.AtEpoch(epoch) : string.Empty);
                if (!await SignedInState.LockAccountAsync(scope, session.AccountId, mayStart))
                    return false;

                if (origin.FlowId is not null && !await EndFlowAsync(scope, origin.FlowId, session.AccountId))
                    return false;

                // Whoever it was that this browser was signed in as before: its old cookie ends with the new one.
                var replacedAccountId = await EndOneAsync(scope, replaces?.SessionId);
                if (replaces is { MustStand: true })
                {
                    if (replacedAccountId is null)
                    {
                        scope.Undo();
                        return false;
                    }

                    await SucceedAsync(scope, replaces.SessionId, session);
                }

                var ended = await EndLongestUnseenAsync(scope, session.AccountId, mostPerAccount - 1);
                await InsertAsync(scope, session);
                await scope.RecordIfAnyAsync(entry);
                if (replacedAccountId is not null && replacedAccountId != session.AccountId)
                    await scope.RaiseChangeMarkAsync(replacedAccountId);
                if (ended > 0 || replacedAccountId == session.AccountId)
                    await scope.RaiseChangeMarkAsync(session.AccountId);
                return true;
            },
            cancellationToken);

    public Task<GatewaySession?> FindAsync(byte[] tokenHash, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => (await scope.FindAsync<SessionRow>(
                $"{Selected} WHERE token_hash = @TokenHash", new { TokenHash = tokenHash }))?.ToSession(),
            cancellationToken);

    public Task<GatewaySession?> FindSuccessorAsync(string endedId, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => (await scope.FindAsync<SessionRow>(
                $"{Selected} WHERE id = (SELECT session_id FROM session_successions WHERE ended_session_id = @EndedId)",
                new { EndedId = endedId }))?.ToSession(),
            cancellationToken);

    public Task<IReadOnlyList<GatewaySession>> ListAsync(string accountId, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<GatewaySession>>(
            async scope =>
            {
                var rows = await scope.ListAsync<SessionRow>(
                    $"{Selected} WHERE account_id = @AccountId ORDER BY last_seen_at DESC, id", new { AccountId = accountId });
                return [.. rows.Select(row => row.ToSession())];
            },
            cancellationToken);

    public Task TouchAsync(string id, DateTimeOffset lastSeenAt, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var touched = await scope.ExecuteAsync(
                    "UPDATE sessions SET last_seen_at = @LastSeenAt WHERE id = @Id AND last_seen_at < @LastSeenAt",
                    new { Id = id, LastSeenAt = Columns.FromTime(lastSeenAt) });
                await SqlClockStore.RaiseAsync(scope, lastSeenAt);
                return touched;
            },
            cancellationToken);

    public Task<bool> EndAsync(string id, CancellationToken cancellationToken) =>
        EndAsync(id, entry: null, cancellationToken);

    public Task<bool> EndAsync(string id, AuditEntry? entry, CancellationToken cancellationToken) =>
        _database.WriteAsync(scope => EndAsync(scope, id, condition: string.Empty, accountId: null, entry), cancellationToken);

    public Task<bool> EndOwnAsync(string accountId, string id, CancellationToken cancellationToken) =>
        EndOwnAsync(accountId, id, entry: null, cancellationToken);

    public Task<bool> EndOwnAsync(string accountId, string id, AuditEntry? entry, CancellationToken cancellationToken) =>
        _database.WriteAsync(scope => EndAsync(scope, id, "AND account_id = @AccountId", accountId, entry), cancellationToken);

    public Task<int> EndAllAsync(string accountId, string? exceptId, CancellationToken cancellationToken) =>
        EndAllAsync(accountId, exceptId, entryOf: null, cancellationToken);

    public Task<int> EndAllAsync(string accountId, string? exceptId, Func<int, AuditEntry>? entryOf, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                await SignedInState.LockAccountAsync(scope, accountId);
                var others = new { AccountId = accountId, ExceptId = exceptId ?? "" };
                var ended = await scope.ExecuteAsync(
                    "DELETE FROM sessions WHERE account_id = @AccountId AND id <> @ExceptId", others);
                await scope.ExecuteAsync(
                    """
                    DELETE FROM challenge_flows WHERE account_id = @AccountId
                      AND (replaces_session_id IS NULL OR replaces_session_id <> @ExceptId)
                    """,
                    others);
                await scope.ExecuteAsync(
                    """
                    DELETE FROM pending_totps WHERE account_id = @AccountId
                      AND flow_id NOT IN (SELECT id FROM challenge_flows WHERE account_id = @AccountId)
                    """,
                    others);
                // A browser that waits for a mailed code reads the account anew: the epoch alone would let it go on.
                await scope.ExecuteAsync(
                    $"DELETE FROM code_requests WHERE account_id = @AccountId AND flow_id IS NULL AND {SignedInState.Waiting}", others);
                await SignedInState.RaiseEpochAsync(scope, accountId);
                await scope.RecordIfAnyAsync(entryOf?.Invoke(ended));
                await scope.RaiseChangeMarkAsync(accountId);
                return ended;
            },
            cancellationToken);

    internal static Task InsertAsync(SqlScope scope, GatewaySession session) =>
        scope.ExecuteAsync(
            """
            INSERT INTO sessions (id, token_hash, account_id, proofs, signed_in_at, last_seen_at, expires_at,
              client_address, user_agent)
            VALUES (@Id, @TokenHash, @AccountId, @Proofs, @SignedInAt, @LastSeenAt, @ExpiresAt,
              @ClientAddress, @UserAgent)
            """,
            SessionRow.From(session));

    /// <returns>Whether this transaction is the one that ended it: one flow makes one session.</returns>
    private static async Task<bool> EndFlowAsync(SqlScope scope, string flowId, string accountId)
    {
        var flow = new { FlowId = flowId, AccountId = accountId };
        if (await scope.ExecuteAsync("DELETE FROM challenge_flows WHERE id = @FlowId AND account_id = @AccountId", flow) == 0)
            return false;
        await scope.ExecuteAsync("DELETE FROM pending_totps WHERE flow_id = @FlowId", flow);
        return true;
    }

    private static async Task<bool> EndAsync(SqlScope scope, string id, string condition, string? accountId, AuditEntry? entry)
    {
        if (await EndOneAsync(scope, id, condition, accountId) is not { } endedAccountId)
            return false;

        // A flow that steps this session up carries its proofs: it must not bring the session back, nor enrol.
        await scope.ExecuteAsync(
            "DELETE FROM pending_totps WHERE flow_id IN (SELECT id FROM challenge_flows WHERE replaces_session_id = @Id)",
            new { Id = id });
        await scope.ExecuteAsync("DELETE FROM challenge_flows WHERE replaces_session_id = @Id", new { Id = id });
        await scope.RecordIfAnyAsync(entry);
        await scope.RaiseChangeMarkAsync(endedAccountId);
        return true;
    }

    /// <returns>Whose it was; null when there is none (any more).</returns>
    private static Task<string?> EndOneAsync(SqlScope scope, string? id, string condition = "", string? accountId = null) =>
        scope.ScalarAsync<string>(
            $"DELETE FROM sessions WHERE id = @Id {condition} RETURNING account_id", new { Id = id, AccountId = accountId });

    /// <summary>Notes that the new session carries on the ended one, and with it all that the ended one carried on.</summary>
    internal static async Task SucceedAsync(SqlScope scope, string endedId, GatewaySession session)
    {
        var succession = new { EndedId = endedId, session.Id, ExpiresAt = Columns.FromTime(session.ExpiresAt) };
        await scope.ExecuteAsync(
            "UPDATE session_successions SET session_id = @Id, expires_at = @ExpiresAt WHERE session_id = @EndedId", succession);
        await scope.ExecuteAsync(
            "INSERT INTO session_successions (ended_session_id, session_id, expires_at) VALUES (@EndedId, @Id, @ExpiresAt)", succession);
    }

    private static Task<int> EndLongestUnseenAsync(SqlScope scope, string accountId, int kept) =>
        scope.ExecuteAsync(
            """
            DELETE FROM sessions WHERE account_id = @AccountId AND id NOT IN (
              SELECT id FROM sessions WHERE account_id = @AccountId ORDER BY last_seen_at DESC, id LIMIT @Kept)
            """,
            new { AccountId = accountId, Kept = (long)kept });

    private sealed record SessionRow(
        string Id, byte[] TokenHash, string AccountId, string Proofs, long SignedInAt, long LastSeenAt, long ExpiresAt,
        string ClientAddress, string UserAgent)
    {
        public static SessionRow From(GatewaySession session) => new(
            session.Id, session.TokenHash, session.AccountId, Columns.FromProofs(session.Proofs),
            Columns.FromTime(session.SignedInAt), Columns.FromTime(session.LastSeenAt), Columns.FromTime(session.ExpiresAt),
            session.ClientAddress, session.UserAgent);

        public GatewaySession ToSession() => new(
            Id, TokenHash, AccountId, Columns.ToProofs(Proofs), Columns.ToTime(SignedInAt), Columns.ToTime(LastSeenAt),
            Columns.ToTime(ExpiresAt), ClientAddress, UserAgent);
    }
}
