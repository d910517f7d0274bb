using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Sessions;

public interface ISessionStore
{
    /// <summary>
    /// Starts a session and ends, in the same transaction, the flow it came from, the session it replaces, and the
    /// longest unseen ones above <paramref name="mostPerAccount"/>.
    /// </summary>
    /// <returns>
    /// False, and nothing is done, when the account is gone or disabled, or what it comes from no longer holds: a
    /// new password or an administrator has ended the flow or the sign-in, or another answer has already made a session of it; or when
    /// the session to be replaced had to stand and does not.
    /// </returns>
    Task<bool> TryStartAsync(
        GatewaySession session, SessionOrigin origin, SessionReplacement? replaces, int mostPerAccount, CancellationToken cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    Task<bool> TryStartAsync(
        GatewaySession session, SessionOrigin origin, SessionReplacement? replaces, int mostPerAccount, AuditEntry? entry,
        CancellationToken cancellationToken);

    /// <summary>The session with this token, whether or not its time is over, or null.</summary>
    Task<GatewaySession?> FindAsync(byte[] tokenHash, CancellationToken cancellationToken);

    /// <summary>
    /// The session that carries on an ended one: its own person has stepped it up, once or several times. Null when that
    /// is not how it ended, or when the one that carried it on has ended as well.
    /// </summary>
    Task<GatewaySession?> FindSuccessorAsync(string endedId, CancellationToken cancellationToken);

    Task<IReadOnlyList<GatewaySession>> ListAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>Notes that a session was used. Never moves the time back.</summary>
    Task TouchAsync(string id, DateTimeOffset lastSeenAt, CancellationToken cancellationToken);

    /// <returns>Whether this call ended it.</returns>
    Task<bool> EndAsync(string id, CancellationToken cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    Task<bool> EndAsync(string id, AuditEntry? entry, CancellationToken cancellationToken);

    /// <summary>The same for a session of this account; another one's is not there.</summary>
    Task<bool> EndOwnAsync(string accountId, string id, CancellationToken cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    Task<bool> EndOwnAsync(string accountId, string id, AuditEntry? entry, CancellationToken cancellationToken);

    /// <summary>Ends all of an account's sessions but one.</summary>
    /// <returns>How many ended.</returns>
    Task<int> EndAllAsync(string accountId, string? exceptId, CancellationToken cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    /// <param name="entryOf">What is recorded of so many.</param>
    Task<int> EndAllAsync(string accountId, string? exceptId, Func<int, AuditEntry>? entryOf, CancellationToken cancellationToken);
}

/// <summary>A session that ends when another one starts.</summary>
/// <param name="MustStand">
/// Whether the new one carries its proofs on. If it was ended meanwhile (sign-out, revocation), the new one does not start.
/// </param>
public sealed record SessionReplacement(string SessionId, bool MustStand);

/// <summary>What a session comes from, which must still hold when it starts.</summary>
public sealed record SessionOrigin
{
    private SessionOrigin(string? flowId, long? signInEpoch)
    {
        FlowId = flowId;
        SignInEpoch = signInEpoch;
    }

    public string? FlowId { get; }

    public long? SignInEpoch { get; }

    /// <summary>A stored flow.</summary>
    public static SessionOrigin Flow(string flowId) => new(flowId, signInEpoch: null);

    /// <summary>A first answer that was enough at once; the epoch is the account's before it was checked.</summary>
    public static SessionOrigin FirstAnswer(long signInEpoch) => new(flowId: null, signInEpoch);
}
