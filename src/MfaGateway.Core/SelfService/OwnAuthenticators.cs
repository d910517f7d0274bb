using MfaGateway.Core.Access;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.SelfService;

/// <summary>A person's own authenticators: list, add, rename, remove. Pages and the JSON API share it.</summary>
public sealed class OwnAuthenticators(
    FlowKeeper keeper, ITotpStore totp, AccountFactorsReader factors, IOwnChangeStore changes, IAuditStore audit, TimeProvider time)
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
        if (await FindAsync(who.Account.Id, id, cancellationToken) is not { } authenticator)
            return new OwnChange.NotFound();

        var cleaned = DeviceNames.Clean(name);
        if (!await totp.RenameAsync(who.Account.Id, authenticator.Id, cleaned, cancellationToken))
            return new OwnChange.NotFound();

        await RecordAsync(who, AuditEvents.AuthenticatorRenamed, $"{authenticator.Name} to {cleaned}");
        return new OwnChange.Done(SessionToken: null);
    }

    /// <summary>Removes one. Without any the person has no second factor, and what came with it goes too.</summary>
    public async Task<OwnChange> RemoveAsync(ActingSession who, string? id, CancellationToken cancellationToken)
    {
        var held = await factors.ReadAsync(who.Account.Id, flowId: null, cancellationToken);
        if (held.Authenticators.FirstOrDefault(candidate => candidate.Id == id) is not { } authenticator)
            return new OwnChange.NotFound();

        if (!IsFresh(who, held.Enrolled))
            return new OwnChange.StepUpFirst();

        var token = SecretToken.New();
        var removal = await changes.RemoveAuthenticatorAsync(
            who.Renew(token, time.GetUtcNow()), authenticator.Id, who.ProofsWithoutSecondFactor,
            counters: [], cancellationToken);
        switch (removal)
        {
            case AuthenticatorRemoval.NotFound:
                return new OwnChange.NotFound();

            case AuthenticatorRemoval.SessionOver:
                return new OwnChange.SessionOver();

            default:
                await RecordAsync(who, AuditEvents.AuthenticatorRemoved, authenticator.Name);
                if (removal == AuthenticatorRemoval.RemovedLast)
                    await RecordAsync(who, AuditEvents.SecondFactorOff, detail: null);
                return new OwnChange.Done(token);
        }
    }

    private bool IsFresh(ActingSession who, EnrolledFactors enrolled) =>
        ChallengeRules.NextStep(who.Session.Proofs, AccessPolicy.AccountChange.Demand, enrolled, time.GetUtcNow()) == ChallengeStep.Done;

    private Task RecordAsync(ActingSession who, string what, string? detail) =>
        audit.AppendAsync(
            new(time.GetUtcNow(), what, who.Account.Id, who.Account.Id, who.Client.Address, Succeeded: true, detail),
            CancellationToken.None);
}
