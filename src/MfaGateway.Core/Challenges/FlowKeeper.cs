using MfaGateway.Core.Access;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Challenges;

/// <summary>Begins flows, loads them with what the rules need to know, carries them on, and turns a finished one into a session.</summary>
public sealed class FlowKeeper(
    Transactions transactions,
    ChallengeFlowStore flows,
    AccountFactorsReader factors,
    GuessNotices guesses,
    PendingAuthenticators pending,
    AccessPolicies policies,
    ApplicationCodes applicationCodes,
    ChallengeOptions options,
    GatewaySessionOptions sessionOptions)
{
    /// <summary>The running flow of a cookie; null when it is over or unknown, or its account may not sign in.</summary>
    public async Task<RunningFlow?> FindAsync(SecretToken? token, DateTimeOffset now, CancellationToken cancellationToken) => token is null
        ? null
        : await transactions.ReadAsync(
            async records => await ChallengeFlowStore.FindAsync(records, token.Hash, now) is { } flow
                && await records.Accounts.FindAsync(flow.AccountId) is { Disabled: false } account
                    ? await LoadAsync(records, flow, account, now)
                    : null,
            cancellationToken);

    /// <summary>What <see cref="BeginAsync(FlowStart, DateTimeOffset, ClientContext, CancellationToken)"/> would begin. Nothing is stored.</summary>
    public Task<RunningFlow> PreviewAsync(FlowStart start, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => LoadAsync(records, Prepare(start, now).Flow, start.Account, now), cancellationToken);

    /// <summary>Begins a flow from what is proved already, and says where it leads.</summary>
    public Task<ChallengeOutcome> BeginAsync(
        FlowStart start, DateTimeOffset now, ClientContext client, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => BeginAsync(transaction, start, now, client), cancellationToken);

    /// <summary>The same in the transaction that takes the first answer. Where the flow can't begin the transaction is undone.</summary>
    internal async Task<ChallengeOutcome> BeginAsync(Transaction transaction, FlowStart start, DateTimeOffset now, ClientContext client)
    {
        var (flow, token) = Prepare(start, now);
        var running = await LoadAsync(transaction, flow, start.Account, now);

        // Nothing was proved that the session does not hold already, so it stays as it is.
        if (running.Step == ChallengeStep.Done && start.StepsUp)
            return new ChallengeOutcome.NextStep(ChallengeStep.Done, flow.ReturnUrl, FlowToken: null);

        if (running.Step == ChallengeStep.Done)
            return await CompleteAsync(transaction, running, SessionOrigin.FirstAnswer(start.Account.SignInEpoch), now, client);

        return await ChallengeFlowStore.TryAddAsync(transaction, flow, start.Account.SignInEpoch)
            ? await GoToAsync(transaction, running, token, now)
            : Refuse(transaction);
    }

    /// <summary>A flow that is not kept yet, with the value of its cookie.</summary>
    public (ChallengeFlow Flow, SecretToken Token) Prepare(FlowStart start, DateTimeOffset now)
    {
        var token = SecretToken.New();
        var flow = new ChallengeFlow(
            Identifiers.New(), token.Hash, start.Account.Id, start.PolicyName, start.ReturnUrl, start.Proofs,
            start.Replaces?.Id, null, now, now + options.Lifetime, Version: 1)
        { StepsUp = start.StepsUp, Purpose = start.Purpose };
        return (flow, token);
    }

    /// <summary>Saves what has changed in a flow and says what comes next. It is not called off.</summary>
    public Task<ChallengeOutcome> AdvanceAsync(RunningFlow running, ChallengeFlow changed, DateTimeOffset now, ClientContext client) =>
        transactions.WriteAsync(transaction => AdvanceAsync(transaction, running, changed, now, client), CancellationToken.None);

    /// <summary>The same in the transaction that takes an answer. Where the flow has ended the transaction is undone.</summary>
    internal async Task<ChallengeOutcome> AdvanceAsync(
        Transaction transaction, RunningFlow running, ChallengeFlow changed, DateTimeOffset now, ClientContext client)
    {
        await transaction.HoldAccountAsync(changed.AccountId);
        var next = await LoadAsync(transaction, changed, running.Account, now);
        if (next.Step == ChallengeStep.Done)
            return await CompleteAsync(transaction, next, SessionOrigin.Flow(changed.Id), now, client);

        // An answer given at the same moment in another tab was saved first: nothing of this one is kept.
        return await transaction.Flows.TryUpdateAsync(changed) ? await GoToAsync(transaction, next, token: null, now) : Refuse(transaction);
    }

    /// <summary>Uses a link, or its confirmation, and goes on where that leads in the same commit. What was used is spent wherever that is.</summary>
    internal async Task<ChallengeOutcome> TakeAsync(Func<Transaction, Task<bool>> use, Func<Transaction, Task<ChallengeOutcome>> goOn)
    {
        ChallengeOutcome next = new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);
        return await transactions.TakeAsync(use, async transaction => next = await goOn(transaction), last: null)
            ? next
            : new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);
    }

    /// <summary>Says why an answer did not count, ends the flow when it was the last one granted, and tells the person of guesses.</summary>
    public async Task<ChallengeOutcome> RefuseAsync(GuardOutcome outcome, RunningFlow running, DateTimeOffset now, ClientContext client)
    {
        if (outcome is GuardOutcome.Failed failed)
        {
            await guesses.TellAsync(failed, running.Account, now, client);
            if (!failed.Counted.Any(one => one.State.Closed && EndsFlow(one.Bucket.Kind)))
                return Explain(failed);
        }
        else if (outcome is GuardOutcome.Limited limited && !EndsFlow(limited.Limit))
        {
            return new ChallengeOutcome.Refused(ChallengeRefusal.Limited) { RetryAt = limited.RetryAt };
        }

        var flow = running.Flow;
        await flows.EndAsync(
            flow.Id, new(now, AuditEvents.FlowEnded, flow.AccountId, flow.AccountId, client.Address, false, "too many wrong answers"),
            CancellationToken.None);
        return new ChallengeOutcome.Refused(ChallengeRefusal.FlowEnded);
    }

    private async Task<ChallengeOutcome> GoToAsync(Transaction transaction, RunningFlow next, SecretToken? token, DateTimeOffset now)
    {
        // What the page of the next step shows: the page itself is fetched by GET, which changes nothing.
        if (next.Step == ChallengeStep.EnrollTotp)
            await pending.AddOrGetAsync(transaction, next.Flow, now);
        return new ChallengeOutcome.NextStep(next.Step, next.Flow.ReturnUrl, token);
    }

    private static ChallengeOutcome.Refused Refuse(Transaction transaction)
    {
        transaction.Undo();
        return new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);
    }

    private static bool EndsFlow(AttemptLimit limit) => limit is AttemptLimit.Challenge or AttemptLimit.Enrollment;

    private static ChallengeOutcome.Refused Explain(GuardOutcome.Failed failed)
    {
        // It was the last one for a while: better said now than after the next try.
        if (failed.Closed is { } closed)
            return new(ChallengeRefusal.Limited) { RetryAt = closed.State.WindowEndsAt == AttemptState.Never ? null : closed.State.WindowEndsAt };

        var verdict = failed.Verdict;
        return verdict.Result switch
        {
            FactorResult.AlreadyUsed => new(ChallengeRefusal.AlreadyUsed, failed.Remaining) { RetryAt = verdict.WaitUntil },
            FactorResult.TooOld => new(ChallengeRefusal.TooOld, failed.Remaining) { Age = verdict.Age },
            _ => new(ChallengeRefusal.Wrong, failed.Remaining),
        };
    }

    private async Task<RunningFlow> LoadAsync(IStoreRead records, ChallengeFlow flow, Account account, DateTimeOffset now)
    {
        var held = await factors.ReadAsync(records, account.Id, flow.Id);
        var demand = policies.GetOrDeny(flow.PolicyName).Demand;
        if (flow.ProtectedRecoveryCodes is not null)
            return new RunningFlow(flow, account, held, ChallengeStep.SaveRecoveryCodes);

        var step = StepAfter(flow.Proofs);

        // A new authenticator is a change of the account, wherever its owner is going: a mailed code must do for the gateway's own pages, too.
        if (Enrolls(step))
            step = StepAfter(applicationCodes.ProofsFor(ApplicationCodes.Gateway, flow.Proofs));

        return new RunningFlow(flow, account, held, step)
        {
            CodeEnrolls = step == ChallengeStep.MagicCode && Enrolls(StepAfter([.. flow.Proofs, new Proof(FactorKind.MagicCode, now)])),
        };

        ChallengeStep StepAfter(IReadOnlyList<Proof> proofs) => ChallengeRules.NextStep(flow.Purpose, proofs, demand, held.Enrolled, now);
    }

    private static bool Enrolls(ChallengeStep step) => step is ChallengeStep.EnrollTotp or ChallengeStep.EnrollmentCode;

    private async Task<ChallengeOutcome> CompleteAsync(
        Transaction transaction, RunningFlow running, SessionOrigin origin, DateTimeOffset now, ClientContext client)
    {
        var (flow, account) = (running.Flow, running.Account);
        var token = SecretToken.New();
        var proofs = LatestOfEach(flow.Proofs);
        var provedSince = proofs.Min(proof => proof.At);
        var session = new GatewaySession(
            Identifiers.New(), token.Hash, account.Id, proofs, provedSince, now,
            provedSince + sessionOptions.AbsoluteTimeout, client.Address, client.UserAgent);

        var replaces = flow.ReplacesSessionId is { } id
            ? new SessionReplacement(id, MustStand: flow.StepsUp) { ChangedFactors = ChangedFactors(running) }
            : null;
        var entry = new AuditEntry(
            now, AuditEvents.SessionStarted, account.Id, account.Id, client.Address, Succeeded: true,
            StrengthNames.Of(ChallengeRules.StrengthOf(session.Proofs)));
        var (cookie, browser) = await KnownBrowsers.PrepareAsync(transaction, client, session, now);
        var arrival = new SignInArrival(browser, KnownBrowsers.MostPerAccount, client.Languages);
        return await SessionStore.TryStartAsync(transaction, session, origin, replaces, sessionOptions.MostPerAccount, arrival, entry)
            ? new ChallengeOutcome.Completed(token, session, flow.ReturnUrl) { Browser = cookie, StepsUp = flow.StepsUp }
            : Refuse(transaction);
    }

    // In this flow: a change made elsewhere ends it.
    private static bool ChangedFactors(RunningFlow running) =>
        running.Flow.Purpose != FlowPurpose.MeetPolicy || running.Authenticators.Any(one => one.CreatedAt >= running.Flow.CreatedAt);

    private static Proof[] LatestOfEach(IReadOnlyList<Proof> proofs) =>
        [.. proofs.GroupBy(proof => proof.Factor).Select(group => group.MaxBy(proof => proof.At) with { IsTooLax = false })];
}

/// <param name="Replaces">The session that this browser has already, which ends when the new one starts.</param>
/// <param name="StepsUp">Whether the proofs are those of that session.</param>
public sealed record FlowStart(
    Account Account, string PolicyName, string ReturnUrl, IReadOnlyList<Proof> Proofs, GatewaySession? Replaces, bool StepsUp)
{
    /// <summary>What it is begun for. Anything but meeting the policy starts from a session.</summary>
    public FlowPurpose Purpose { get; init; }
}

/// <summary>A flow with what its next step was decided from.</summary>
public sealed record RunningFlow(ChallengeFlow Flow, Account Account, AccountFactors Factors, ChallengeStep Step)
{
    /// <summary>Whether the mailed code that is asked for now leads to a new authenticator, so that it must do for the gateway's own pages.</summary>
    public bool CodeEnrolls { get; init; }

    public IReadOnlyList<TotpAuthenticator> Authenticators => Factors.Authenticators;
}
