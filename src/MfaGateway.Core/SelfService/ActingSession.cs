using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.SelfService;

/// <summary>Who changes something of their own account, in which session, and from where.</summary>
public sealed record ActingSession(Account Account, GatewaySession Session, ClientContext Client)
{
    /// <summary>The session carried on under a new token, as after every step up; it grows no older or younger by that.</summary>
    internal SessionRenewal Renew(SecretToken token, DateTimeOffset now) => new(
        Session,
        Session with
        {
            Id = Identifiers.New(),
            TokenHash = token.Hash,
            LastSeenAt = now,
            ClientAddress = Client.Address,
            UserAgent = Client.UserAgent,
        });

    /// <summary>What is left of the proofs when there is no second factor any more.</summary>
    internal IReadOnlyList<Proof> ProofsWithoutSecondFactor =>
        [.. Session.Proofs.Where(proof => proof.Factor is not (FactorKind.Totp or FactorKind.RecoveryCode))];
}
