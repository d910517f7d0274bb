using MfaGateway.Core.Access;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.SelfService;

/// <summary>A person's own authenticators: list, add, rename, remove. Pages and the JSON API share it.</summary>
public sealed class OwnAuthenticators(
    FlowKeeper keeper,
    TotpStore totp,
    AccountFactorsReader factors,
    OwnChangeStore changes,
    Notices notices,
    TimeProvider time)
{
    public Task<IReadOnlyList<TotpAuthenticator>> ListAsync(string accountId, CancellationToken cancellationToken) =>
        totp.ListAsync(accountId, cancellationToken);

    /// <summary>The authenticator of that id if it is this account's, or null.</summary>
    public async Task<TotpAuthenticator?> FindAsync(string accountId, string? id, CancellationToken cancellationToken) =>
        (await totp.ListAsync(accountId, cancellationToken)).FirstOrDefault(authenticator => authenticator.Id == id);

    /// <summary>Begins the flow that adds one, beside others or as the first.</summary>
    /// <param name="returnUrl">A checked local path to go to when done.</param>
    public Task<ChallengeOutcome> BeginAddingAsync(ActingSession who, string returnUrl, CancellationToken cancellationToken)
    {
        var start = new FlowStart(
            who.Account, AccessPolicy.AccountChangeName, returnUrl, who.Session.Proofs, who.Session, StepsUp: true)
        { Purpose = FlowPurpose.AddAuthenticator };
        return keeper.BeginAsync(start, time.GetUtcNow(), who.Client, cancellationToken);
    }

    /// <param name="name">As typed.</param>
    public async Task<OwnChange> RenameAsync(ActingSession who, string? id, string? name, CancellationToken cancellationToken)
    {
        var cleaned = DeviceNames.Clean(name);
        var entry = who.EntryOf(AuditEvents.AuthenticatorRenamed, time.GetUtcNow(), cleaned);
        return id is not null && await totp.RenameAsync(who.Account.Id, id, cleaned, entry, cancellationToken)
            ? new OwnChange.Done(SessionToken: null)
            : new OwnChange.NotFound();
    }

    /// <summary>Removes one. Without any the person has no second factor, and what came with it goes too.</summary>
    public async Task<OwnChange> RemoveAsync(ActingSession who, string? id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var held = await factors.ReadAsync(who.Account.Id, flowId: null, cancellationToken);
        if (held.Authenticators.FirstOrDefault(candidate => candidate.Id == id) is not { } authenticator)
            return new OwnChange.NotFound();

        if (!who.MayChange(held.Enrolled, now))
            return new OwnChange.StepUpFirst();

        var token = SecretToken.New();
        var entry = who.EntryOf(AuditEvents.AuthenticatorRemoved, now, authenticator.Name);
        var removed = notices.Prepare(who.NoticeOf(NoticeKind.AuthenticatorRemoved, now, authenticator.Name));
        var off = notices.Prepare(who.NoticeOf(NoticeKind.SecondFactorOff, now));
        var ifLast = new SecondFactorEnd(
            who.ProofsWithoutSecondFactor, [new(entry, []), new(who.EntryOf(AuditEvents.SecondFactorOff, now), off)]);

        var removal = await changes.RemoveAuthenticatorAsync(
            who.Renew(token, now), authenticator.Id, new ChangeTrace(entry, removed), ifLast, cancellationToken);
        return removal switch
        {
            AuthenticatorRemoval.Removed => new OwnChange.Done(token),
            AuthenticatorRemoval.NotFound => new OwnChange.NotFound(),
            _ => new OwnChange.SessionOver(),
        };
    }
}
