using MfaGateway.Core.Access;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.SelfService;

/// <summary>Who changes something of their own account, in which session, and from where.</summary>
public sealed record ActingSession(Account Account, GatewaySession Session, ClientContext Client)
{
    /// <summary>Whether what was proved is enough and fresh enough to change how one signs in.</summary>
    public bool MayChange(EnrolledFactors enrolled, DateTimeOffset now) =>
        ChallengeRules.NextStep(Session.Proofs, AccessPolicy.AccountChange.Demand, enrolled, now) == ChallengeStep.Done;

    /// <summary>Whether it is the browser that asks.</summary>
    public bool IsIn(KnownBrowser browser) =>
        Client.Browser is { } token && token.Hash.AsSpan().SequenceEqual(browser.TokenHash);

    /// <summary>What is left of the proofs when there is no second factor any more.</summary>
    internal IReadOnlyList<Proof> ProofsWithoutSecondFactor =>
        [.. Session.Proofs.Where(proof => proof.Factor is not (FactorKind.Totp or FactorKind.RecoveryCode))];

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

    internal AuditEntry EntryOf(string what, DateTimeOffset now, string? detail = null) =>
        new(now, what, Account.Id, Account.Id, Client.Address, Succeeded: true, detail);

    internal Notice NoticeOf(NoticeKind kind, DateTimeOffset now, string? detail = null) =>
        new(kind, Account, now, Client.Address) { Detail = detail, Languages = Client.Languages };
}
