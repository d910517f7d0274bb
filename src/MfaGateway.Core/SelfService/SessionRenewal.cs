using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Core.SelfService;

/// <summary>The session that asks for a change, and the one that carries it on.</summary>
/// <param name="Acting">As it was when the request came: with another token by now, it has ended.</param>
/// <param name="Renewed">The same under another id and token.</param>
public sealed record SessionRenewal(GatewaySession Acting, GatewaySession Renewed);

/// <summary>What ends with the last authenticator, beside the recovery codes.</summary>
/// <param name="Proofs">What the session has proved when there is no second factor left.</param>
/// <param name="Traces">What tells of it.</param>
public sealed record SecondFactorEnd(IReadOnlyList<Proof> Proofs, IReadOnlyList<ChangeTrace> Traces);

/// <summary>What came of removing an authenticator.</summary>
public enum AuthenticatorRemoval
{
    Removed,

    /// <summary>This account has no such authenticator; nothing changed.</summary>
    NotFound,

    /// <summary>The session has ended; nothing changed.</summary>
    SessionOver,
}

/// <summary>What came of setting a switch.</summary>
public enum OwnSwitching
{
    Switched,

    /// <summary>It was so already; nothing changed, the session is the same.</summary>
    WasSo,

    /// <summary>The session has ended; nothing changed.</summary>
    SessionOver,
}
