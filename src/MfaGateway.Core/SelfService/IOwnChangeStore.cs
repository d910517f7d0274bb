using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Core.SelfService;

/// <summary>
/// What people change of how they sign in. Each verb is one transaction with what tells of it. It is done only while the
/// session that asks for it stands, and ends every other session and flow of the account with the sign-ins under way.
/// </summary>
public interface IOwnChangeStore
{
    /// <summary>Removes an authenticator of this account and carries the session on under a new token.</summary>
    /// <param name="trace">What tells of it where there are others.</param>
    /// <param name="ifLast">What else goes with the last one.</param>
    Task<AuthenticatorRemoval> RemoveAuthenticatorAsync(
        SessionRenewal renewal, string authenticatorId, ChangeTrace trace, SecondFactorEnd ifLast, CancellationToken cancellationToken);

    /// <summary>Makes these the account's only recovery codes and adds the flow that shows them; the session stays as it is.</summary>
    /// <param name="showing">It steps the asking session up, which gets its new token when the flow is over.</param>
    /// <returns>
    /// False, and nothing changed, when the session does not stand any more, or there is no authenticator that the codes
    /// could stand in for.
    /// </returns>
    Task<bool> ReplaceRecoveryCodesAsync(
        GatewaySession acting, ChallengeFlow showing, NewRecoveryCodes codes, ChangeTrace trace, CancellationToken cancellationToken);

    /// <summary>Sets the password and carries the session on under a new token.</summary>
    /// <returns>False, and nothing changed, when the session does not stand any more.</returns>
    Task<bool> SetPasswordAsync(SessionRenewal renewal, string hash, ChangeTrace trace, CancellationToken cancellationToken);

    /// <summary>Sets the person's own switch of signing in by mail, and carries the session on under a new token.</summary>
    Task<OwnSwitching> SwitchMagicCodesAsync(SessionRenewal renewal, bool off, ChangeTrace trace, CancellationToken cancellationToken);

    /// <summary>Ends everything else of the account's and carries the session on under a new token, so that a copied cookie is worth nothing.</summary>
    /// <returns>False, and nothing changed, when the session does not stand any more.</returns>
    Task<bool> EndOtherSessionsAsync(SessionRenewal renewal, ChangeTrace trace, CancellationToken cancellationToken);
}

/// <summary>The session that asks for a change, and the one that carries it on.</summary>
/// <param name="Acting">As it was when the request came: with another token by now, it no longer stands.</param>
/// <param name="Renewed">The same under another id and token.</param>
public sealed record SessionRenewal(GatewaySession Acting, GatewaySession Renewed);

/// <summary>What ends with the last authenticator, beside the recovery codes.</summary>
/// <param name="Proofs">What the session has proved when there is no second factor any more.</param>
/// <param name="Traces">What tells of it.</param>
public sealed record SecondFactorEnd(IReadOnlyList<Proof> Proofs, IReadOnlyList<ChangeTrace> Traces);

/// <summary>What came of removing an authenticator.</summary>
public enum AuthenticatorRemoval
{
    Removed,

    /// <summary>This account has no such authenticator; nothing changed.</summary>
    NotFound,

    /// <summary>The session does not stand any more; nothing changed.</summary>
    SessionOver,
}

/// <summary>What came of setting a switch.</summary>
public enum OwnSwitching
{
    Switched,

    /// <summary>It was so already; nothing changed, the session is the same.</summary>
    WasSo,

    /// <summary>The session does not stand any more; nothing changed.</summary>
    SessionOver,
}
