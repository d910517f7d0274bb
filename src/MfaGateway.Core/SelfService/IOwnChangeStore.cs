using MfaGateway.Core.Factors;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Core.SelfService;

/// <summary>
/// What people change of how they sign in. Each verb is one transaction: it is done only while the session that asks for
/// it stands, carries that session on under a new token, and ends every other session and flow of the account with the sign-ins
/// under way.
/// </summary>
public interface IOwnChangeStore
{
    /// <summary>
    /// Removes an authenticator of this account. With the last one everything goes that belongs to having a second
    /// factor: the recovery codes, the counters, and the proofs of it in the session that stays.
    /// </summary>
    /// <param name="withoutSecondFactor">What the session has proved when there is no second factor any more.</param>
    /// <param name="counters">The attempt buckets that are forgotten then.</param>
    Task<AuthenticatorRemoval> RemoveAuthenticatorAsync(
        SessionRenewal renewal,
        string authenticatorId,
        IReadOnlyList<Proof> withoutSecondFactor,
        IReadOnlyList<string> counters,
        CancellationToken cancellationToken);
}

/// <summary>The session that asks for a change, and the one that carries it on.</summary>
/// <param name="Acting">As it was when the request came: with another token by now, it no longer stands.</param>
/// <param name="Renewed">The same under another id and token.</param>
public sealed record SessionRenewal(GatewaySession Acting, GatewaySession Renewed);

/// <summary>What came of removing an authenticator.</summary>
public enum AuthenticatorRemoval
{
    /// <summary>Removed; there are others.</summary>
    Removed,

    /// <summary>Removed, and it was the last second factor.</summary>
    RemovedLast,

    /// <summary>This account has no such authenticator; nothing changed.</summary>
    NotFound,

    /// <summary>The session does not stand any more; nothing changed.</summary>
    SessionOver,
}
