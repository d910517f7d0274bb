using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Challenges;

/// <summary>
/// Signing in by a code, or a link, that is sent by e-mail. Whoever asks gets the same answers in the same time, whether or
/// not anybody has the address: a request is kept, and codes are made, for everybody.
/// </summary>
public sealed class CodeSignIn(
    CodeSending sending,
    MagicCodes codes,
    MagicCodeStore store,
    AccountStore accounts,
    CodeRegistration registration,
    ChallengeService challenges,
    FlowKeeper keeper,
    FactorGuard guard,
    AttemptLimits limits,
    ApplicationCodes applicationCodes,
    AttemptStore attempts,
    KnownBrowsers browsers,
    ClockGuard clock,
    MagicCodeOptions options,
    TimeProvider time)
{
    /// <summary>Whether people may sign in this way at all.</summary>
    public bool IsOffered => options.Enabled;

    /// <summary>Asks for a first code.</summary>
    /// <exception cref="ClockBehindException">Nothing was sent: no code would be taken.</exception>
    /// <exception cref="StoreUnavailableException">Nothing was sent.</exception>
    public async Task<CodeAsking> RequestAsync(CodeWish wish, ClientContext client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!options.Enabled)
            return new CodeAsking.Refused(CodeAskingRefusal.NotOffered);
        if (!EmailAddress.TryParse(wish.Email, out var address))
            return new CodeAsking.Refused(CodeAskingRefusal.Malformed);
        await clock.EnsureAsync(now, cancellationToken);
        if (await attempts.TryReserveAttemptAsync(limits.ForCodeRequest(client).Buckets, now, cancellationToken) is AttemptReservation.Refused refused)
            return new CodeAsking.Refused(CodeAskingRefusal.Limited) { RetryAt = refused.RetryAt };

        // Within the time in which no other mail would come: another tab, or the form sent again. The code that is on its way stays good.
        if (await FindOpenAsync(wish.Waiting, now, cancellationToken) is { } known && known.IsFor(wish, address) && now < known.CreatedAt + limits.MailGap)
            return new CodeAsking.Asked(wish.Waiting!, known);

        var account = await accounts.FindByEmailAsync(address.Folded, cancellationToken);
        var token = SecretToken.New();
        var recipient = await MayPassAsync(account, cancellationToken) ? account : null;
        var request = CodeSending.Prepare(token, address.Value, recipient, wish, client, now) with
        {
            Registers = account is null && registration.IsOpenTo(address),
        };
        return await sending.SendFirstAsync(token, request, recipient, client, now, cancellationToken);
    }

    /// <summary>Asks for one code more, in the same sign-in: the ones before stay good.</summary>
    public async Task<CodeAsking> ResendAsync(SecretToken? token, ClientContext client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await FindOpenAsync(token, now, cancellationToken) is not { } request)
            return new CodeAsking.Refused(CodeAskingRefusal.Over);

        await clock.EnsureAsync(now, cancellationToken);
        var account = await FindAccountAsync(request, cancellationToken);
        var recipient = await MayPassAsync(account, cancellationToken) ? account : null;
        return await sending.SendAgainAsync(token!, request, recipient, client, now, cancellationToken);
    }

    /// <summary>This browser waits no longer: neither a code nor the link lets it in.</summary>
    public async Task AbandonAsync(SecretToken? token, CancellationToken cancellationToken)
    {
        if (token is not null && await store.FindAsync(token.Hash, time.GetUtcNow(), cancellationToken) is { } request)
            await store.EndAsync(request.Id, cancellationToken);
    }

    /// <summary>Takes a typed code.</summary>
    /// <param name="replaces">A session that this browser has already, which ends when the new one starts.</param>
    public async Task<ChallengeOutcome> AnswerAsync(
        SecretToken? token, string? code, GatewaySession? replaces, ClientContext client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await FindOpenAsync(token, now, cancellationToken) is not { } request)
            return new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);
        if (!MagicCodes.IsCode(code))
            return new ChallengeOutcome.Refused(ChallengeRefusal.Malformed);

        // Read before the check: what changes meanwhile raises the epoch, and the flow or session is not made.
        var account = await FindAccountAsync(request, cancellationToken);
        var registrant = registration.Prepare(request, client, now);
        var mayPass = await MayPassAsync(account, cancellationToken) || registrant is not null;
        var browser = await browsers.FindAsync(client, account?.Id, now, cancellationToken);
        var plan = limits.ForMailedCode(request.Id, account?.Id, EmailAddress.Fold(request.Email), browser, client, request.Registers);
        var attempt = new FactorAttempt(FactorKind.MagicCode, account?.Id, plan, now, client.Address);
        ChallengeOutcome? begun = null;
        var outcome = await guard.CheckAsync(
            attempt,
            cancel => codes.VerifyAsync(request, account?.Email ?? request.Email, mayPass, registrant, code, now, cancel),
            async (transaction, proof) => begun = await BeginAsync(transaction, request, account ?? registrant!.Account, proof, replaces, client),
            cancellationToken);
        return outcome is GuardOutcome.Passed ? begun! : await RefuseAsync(request, outcome);
    }

    /// <summary>What the page of a link may show. Looking changes nothing.</summary>
    /// <param name="waiting">What this browser's cookies hold: a link is different in the browser that asked.</param>
    public async Task<CodeLinkView?> FindLinkAsync(SecretToken? link, WaitingBrowser waiting, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!options.Enabled || link is null || await store.FindByLinkAsync(link.Hash, cancellationToken) is not { } found)
            return null;
        if (found.Request.State != CodeRequestState.Open || !found.Code.IsGoodAt(now))
            return null;

        return new CodeLinkView(found.Request, await IsWaitingAsync(found.Request, waiting, now, cancellationToken));
    }

    /// <summary>Uses a link in the browser that asked.</summary>
    public async Task<ChallengeOutcome> UseLinkAsync(
        SecretToken? link, WaitingBrowser waiting, GatewaySession? replaces, ClientContext client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!options.Enabled || link is null
            || await store.FindByLinkAsync(link.Hash, cancellationToken) is not { } found
            || !await IsWaitingAsync(found.Request, waiting, now, cancellationToken))
        {
            return new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);
        }

        await clock.EnsureAsync(now, cancellationToken);
        return await GoOnAsync(
            found.Request, waiting, replaces,
            (transaction, registrant) => MagicCodeStore.TryConsumeAsync(transaction, found.Request.Id, found.Code.Id, MagicCodeUse.Link, registrant, now),
            now, client, cancellationToken);
    }

    /// <summary>Confirms in another browser that the waiting one may go on: by the number which that one shows, in one try.</summary>
    public async Task<CodeApproval> ApproveAsync(SecretToken? link, int number, ClientContext client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!options.Enabled || link is null || await store.FindByLinkAsync(link.Hash, cancellationToken) is not { } found)
            return CodeApproval.Over;

        await clock.EnsureAsync(now, cancellationToken);
        return await store.ApproveAsync(found.Request.Id, found.Code.Id, number, ApprovalOf, now, cancellationToken);

        AuditEntry ApprovalOf(CodeApproval approval) => new(
            now, AuditEvents.MagicCodeApproved, found.Request.AccountId, found.Request.AccountId, client.Address,
            approval == CodeApproval.Approved, approval == CodeApproval.Approved ? $"for {found.Request.ClientAddress}" : "wrong number");
    }

    /// <summary>Goes on in the waiting browser, once it was let in from another one.</summary>
    public async Task<ChallengeOutcome> ContinueAsync(
        WaitingBrowser waiting, GatewaySession? replaces, ClientContext client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await FindWaitingAsync(waiting, now, cancellationToken) is not { } request)
            return new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);

        await clock.EnsureAsync(now, cancellationToken);
        return await GoOnAsync(
            request, waiting, replaces,
            (transaction, registrant) => MagicCodeStore.TryClaimApprovalAsync(transaction, request.Id, registrant, now),
            now, client, cancellationToken);
    }

    /// <summary>The request that this browser waits for, at the beginning of a sign-in or as a step of its flow.</summary>
    public Task<CodeRequest?> FindWaitingAsync(WaitingBrowser waiting, CancellationToken cancellationToken) =>
        FindWaitingAsync(waiting, time.GetUtcNow(), cancellationToken);

    /// <summary>Sends a code as a step of a flow: the first one, or one more.</summary>
    /// <param name="applicationId">The application of the flow's return URL.</param>
    public async Task<CodeAsking> SendInFlowAsync(
        SecretToken? flowToken, string applicationId, ClientContext client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await keeper.FindAsync(flowToken, now, cancellationToken) is not { Step: ChallengeStep.MagicCode } running)
            return new CodeAsking.Refused(CodeAskingRefusal.Over);

        await clock.EnsureAsync(now, cancellationToken);
        var (flow, account) = (running.Flow, running.Account);
        if (await store.FindOfFlowAsync(flow.Id, now, cancellationToken) is { } known)
            return await sending.SendAgainAsync(flowToken!, known, account, client, now, cancellationToken);

        // The gateway first: where neither's code does for the other, one that does for the next step is made.
        var application = running.CodeEnrolls ? applicationCodes.StrictestOf([ApplicationCodes.Gateway, applicationId]) : applicationId;
        var wish = new CodeWish(account.Email, flow.PolicyName, flow.ReturnUrl, application);
        var request = CodeSending.Prepare(SecretToken.New(), account.Email, account, wish, client, now) with { FlowId = flow.Id };
        return await sending.SendFirstAsync(flowToken!, request, account, client, now, cancellationToken);
    }

    private async Task<ChallengeOutcome> GoOnAsync(
        CodeRequest request, WaitingBrowser waiting, GatewaySession? replaces, Func<Transaction, Registrant?, Task<bool>> use,
        DateTimeOffset now, ClientContext client, CancellationToken cancellationToken)
    {
        if (request.FlowId is not null)
        {
            return await challenges.GoOnByLinkAsync(
                waiting.Flow, request.ApplicationId, transaction => UseAsync(transaction, registrant: null), now, client, cancellationToken);
        }

        var account = await FindAccountAsync(request, cancellationToken);
        var registrant = registration.Prepare(request, client, now);
        if (!await MayPassAsync(account, cancellationToken) && registrant is null)
            return new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);
        if (account is not null && EmailAddress.Fold(account.Email) != EmailAddress.Fold(request.Email))
            return new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);

        return await keeper.TakeAsync(
            transaction => UseAsync(transaction, registrant),
            transaction => BeginAsync(transaction, request, account ?? registrant!.Account, new Proof(FactorKind.MagicCode, now), replaces, client));

        Task<bool> UseAsync(Transaction transaction, Registrant? registrant)
        {
            transaction.Keep(EntryOf(request, client, now));
            return use(transaction, registrant);
        }
    }

    // A link that is used, in whichever browser, as a code that is typed.
    private static AuditEntry EntryOf(CodeRequest request, ClientContext client, DateTimeOffset now) => new(
        now, AuditEvents.FactorChecked, request.AccountId, request.AccountId, client.Address, Succeeded: true, nameof(FactorKind.MagicCode));

    private Task<ChallengeOutcome> BeginAsync(
        Transaction transaction, CodeRequest request, Account account, Proof proof, GatewaySession? replaces, ClientContext client)
    {
        Proof[] proofs = [proof with { Application = request.ApplicationId }];
        var start = new FlowStart(account, request.PolicyName, request.ReturnUrl, proofs, replaces, StepsUp: false);
        return keeper.BeginAsync(transaction, start, proof.At, client);
    }

    private async Task<ChallengeOutcome> RefuseAsync(CodeRequest request, GuardOutcome outcome)
    {
        var (countedFirst, verdict) = outcome switch
        {
            GuardOutcome.Limited { Limit: AttemptLimit.Address } closed => (closed.CountedFirst, (FactorVerdict?)null),
            GuardOutcome.Limited closed => (closed.CountedFirst, FactorVerdict.Wrong),
            GuardOutcome.Failed failed => (failed.CountedFirst, failed.Verdict),
            _ => ([], FactorVerdict.Wrong),
        };
        if (verdict is null)
            return new ChallengeOutcome.Refused(ChallengeRefusal.Limited) { RetryAt = ((GuardOutcome.Limited)outcome).RetryAt };

        // What the account has left is nobody's business here: only the request's own tries are told, to everybody alike.
        var left = countedFirst.FirstOrDefault(one => one.Bucket.Kind == AttemptLimit.Challenge)?.Remaining ?? 0;
        if (left == 0 && outcome is GuardOutcome.Limited)
            return new ChallengeOutcome.Refused(ChallengeRefusal.FlowEnded); // a right one that was granted before may still pass

        if (left == 0)
        {
            await store.EndAsync(request.Id, CancellationToken.None);
            return new ChallengeOutcome.Refused(ChallengeRefusal.FlowEnded);
        }

        return verdict.Value.Result switch
        {
            FactorResult.TooOld => new ChallengeOutcome.Refused(ChallengeRefusal.TooOld, left) { Age = verdict.Value.Age },
            FactorResult.AlreadyUsed => new ChallengeOutcome.Refused(ChallengeRefusal.AlreadyUsed, left),
            _ => new ChallengeOutcome.Refused(ChallengeRefusal.Wrong, left),
        };
    }

    private async Task<CodeRequest?> FindOpenAsync(SecretToken? token, DateTimeOffset now, CancellationToken cancellationToken) =>
        options.Enabled && token is not null
        && await store.FindAsync(token.Hash, now, cancellationToken) is { State: CodeRequestState.Open, FlowId: null } request
            ? request
            : null;

    private async Task<CodeRequest?> FindWaitingAsync(WaitingBrowser waiting, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!options.Enabled)
            return null;
        if (await keeper.FindAsync(waiting.Flow, now, cancellationToken) is { Step: ChallengeStep.MagicCode } running)
            return await store.FindOfFlowAsync(running.Flow.Id, now, cancellationToken);
        return waiting.Request is { } token ? await store.FindAsync(token.Hash, now, cancellationToken) : null;
    }

    private async Task<bool> IsWaitingAsync(CodeRequest request, WaitingBrowser waiting, DateTimeOffset now, CancellationToken cancellationToken) =>
        await FindWaitingAsync(waiting, now, cancellationToken) is { } own && own.Id == request.Id;

    private async Task<Account?> FindAccountAsync(CodeRequest request, CancellationToken cancellationToken) =>
        request.AccountId is { } id ? await accounts.FindAsync(id, cancellationToken) : null;

    // The switches are asked of nobody too.
    private async Task<bool> MayPassAsync(Account? account, CancellationToken cancellationToken)
    {
        var switches = await store.FindSwitchesAsync(account?.Id ?? string.Empty, cancellationToken);
        return account is { Disabled: false } && switches.IsOn;
    }
}
