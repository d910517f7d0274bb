using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Challenges;

/// <summary>Enrols an authenticator inside a flow: a pending secret, a code that verifies it, then recovery codes to save.</summary>
public sealed class EnrollmentService(
    FlowKeeper keeper,
    FactorGuard guard,
    AttemptLimits limits,
    TotpStore totp,
    PendingAuthenticators pendings,
    TotpSecrets secrets,
    TotpOptions totpOptions,
    FlowRecoveryCodes recoveryCodes,
    Notices notices,
    TimeProvider time)
{
    /// <summary>The code that an administrator has handed over. A right one opens the enrolment in this flow, and in no other.</summary>
    public async Task<ChallengeOutcome> GiveCodeAsync(
        SecretToken? flowToken, string? typed, ClientContext client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await keeper.FindAsync(flowToken, now, cancellationToken) is not { } running)
            return new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);

        // One that is over can't be right: its page says whom to ask for another.
        if (running.Step != ChallengeStep.EnrollmentCode || running.Factors.Code!.ExpiresAt <= now)
            return new ChallengeOutcome.NextStep(running.Step, running.Flow.ReturnUrl, FlowToken: null);

        if (!EnrollmentCode.TryParse(typed, out var code))
            return new ChallengeOutcome.Refused(ChallengeRefusal.Malformed);

        var given = new FactorAttempt(FactorKind.RecoveryCode, running.Account.Id, limits.ForEnrollmentCode(running.Flow), now, client.Address)
        {
            Name = nameof(EnrollmentCode),
            RestsOnClock = true,
        };
        ChallengeOutcome? next = null;
        var outcome = await guard.CheckAsync(
            given,
            _ => Task.FromResult(FactorVerdict.Right with { Take = GiveAsync }),
            // It proves nothing about the person, so the flow holds no more proofs than before.
            async (transaction, _) => next = await keeper.AdvanceAsync(transaction, running, running.Flow, now, client),
            cancellationToken);
        return outcome is GuardOutcome.Passed ? next! : await keeper.RefuseAsync(outcome, running, now, client);

        async Task<FactorVerdict> GiveAsync(Transaction transaction) =>
            await EnrollmentCodeStore.TryGiveAsync(transaction, running.Account.Id, code.Hash, running.Flow.Id, now)
                ? FactorVerdict.Right
                : FactorVerdict.Wrong;
    }

    /// <summary>The pending secret of this flow, made on the first call; null when enrolling is not this flow's step.</summary>
    /// <param name="issuer">What the authenticator app will call this site, unless the configuration says.</param>
    public async Task<EnrollmentOffer?> OfferAsync(SecretToken? flowToken, string issuer, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await keeper.FindAsync(flowToken, now, cancellationToken) is { Step: ChallengeStep.EnrollTotp } running
            ? OfferOf(running, await pendings.AddOrGetAsync(running.Flow, now, cancellationToken), issuer)
            : null;
    }

    /// <summary>The same for a page that is only looked at: null as well where no secret was made yet.</summary>
    /// <param name="issuer">What the authenticator app will call this site, unless the configuration says.</param>
    public async Task<EnrollmentOffer?> FindOfferAsync(SecretToken? flowToken, string issuer, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await keeper.FindAsync(flowToken, now, cancellationToken) is { Step: ChallengeStep.EnrollTotp } running
            && await pendings.FindAsync(running.Flow, now, cancellationToken) is { } pending
            ? OfferOf(running, pending, issuer)
            : null;
    }

    /// <summary>Verifies the first code. Only a right one turns the pending secret into an authenticator.</summary>
    public async Task<ChallengeOutcome> ConfirmAsync(
        SecretToken? flowToken, string? code, string? deviceName, ClientContext client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await keeper.FindAsync(flowToken, now, cancellationToken) is not { } running)
            return new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);

        if (running.Step != ChallengeStep.EnrollTotp)
            return new ChallengeOutcome.NextStep(running.Step, running.Flow.ReturnUrl, FlowToken: null);

        if (await totp.FindPendingAsync(running.Flow.Id, now, cancellationToken) is not { } pending)
            return new ChallengeOutcome.NextStep(ChallengeStep.EnrollTotp, running.Flow.ReturnUrl, FlowToken: null);

        if (!OneTimeCodeInput.TryNormalize(code, pending.Parameters.Digits, out var digits))
            return new ChallengeOutcome.Refused(ChallengeRefusal.Malformed);

        var others = await totp.ListAsync(running.Account.Id, cancellationToken);
        var name = DeviceNames.Distinguish(DeviceNames.Clean(deviceName), [.. others.Select(other => other.Name)]);
        var attempt = new Enrollment(running, pending, digits, name, now);
        var check = new FactorAttempt(FactorKind.Totp, running.Account.Id, limits.ForEnrollment(running.Flow), now, client.Address);
        ChallengeOutcome? next = null;
        var outcome = await guard.CheckAsync(
            check,
            _ => Task.FromResult(Verify(attempt, client)),
            async (transaction, proof) => next = await FinishAsync(transaction, attempt, proof, client),
            cancellationToken);
        return outcome is GuardOutcome.Passed ? next! : await keeper.RefuseAsync(outcome, running, now, client);
    }

    /// <summary>The codes that this flow made and that still have to be saved; null when it has none.</summary>
    public async Task<IReadOnlyList<string>?> FindUnsavedCodesAsync(SecretToken? flowToken, CancellationToken cancellationToken)
    {
        var running = await keeper.FindAsync(flowToken, time.GetUtcNow(), cancellationToken);
        return running is null ? null : recoveryCodes.Read(running.Flow);
    }

    /// <summary>The person says that the codes are saved: they are not shown again, and the flow goes on.</summary>
    public async Task<ChallengeOutcome> ConfirmSavedAsync(
        SecretToken? flowToken, ClientContext client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await keeper.FindAsync(flowToken, now, cancellationToken) is not { } running)
            return new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);

        if (running.Step != ChallengeStep.SaveRecoveryCodes)
            return new ChallengeOutcome.NextStep(running.Step, running.Flow.ReturnUrl, FlowToken: null);

        var changed = running.Flow with { ProtectedRecoveryCodes = null };
        return await keeper.AdvanceAsync(running, changed, now, client);
    }

    private EnrollmentOffer OfferOf(RunningFlow running, PendingTotp pending, string issuer)
    {
        var secret = secrets.Unprotect(pending.AccountId, pending.ProtectedSecret);
        var uri = OtpAuthUri.Create(totpOptions.Issuer ?? issuer, running.Account.UserName, secret, pending.Parameters);
        return new EnrollmentOffer(secret, pending.Parameters, uri);
    }

    private FactorVerdict Verify(Enrollment attempt, ClientContext client)
    {
        var pending = attempt.Pending;
        var secret = secrets.Unprotect(pending.AccountId, pending.ProtectedSecret);
        if (TotpAlgorithm.FindMatchingStep(secret, attempt.Code, attempt.Now, pending.Parameters, totpOptions.SkewSteps) is not { } step)
            return FactorVerdict.Wrong;

        // The step of the enrolling code is spent with it: it seeds the counter.
        var authenticator = new TotpAuthenticator(
            Identifiers.New(), pending.AccountId, attempt.DeviceName, pending.ProtectedSecret, pending.Parameters, step,
            attempt.Now, LastUsedAt: attempt.Now);
        // The recovery codes stand in for all authenticators: one that is added beside others brings none.
        var first = attempt.Running.Authenticators.Count == 0 ? recoveryCodes.Make(attempt.Running.Flow) : null;
        var traces = TracesOf(attempt, client, first is not null);
        attempt.ProtectedCodes = first?.Protected;
        return FactorVerdict.Right with
        {
            Take = async transaction =>
                await TotpStore.TryConfirmPendingAsync(transaction, pending.FlowId, authenticator, first?.Kept, traces, attempt.Now)
                    ? FactorVerdict.Right
                    : FactorVerdict.AlreadyUsed(waitUntil: null),
        };
    }

    // What the flow was begun for is done; what may be left is to save the codes.
    private Task<ChallengeOutcome> FinishAsync(Transaction transaction, Enrollment attempt, Proof proof, ClientContext client)
    {
        var flow = attempt.Running.Flow;
        var changed = flow with
        {
            Purpose = flow.Purpose == FlowPurpose.AddAuthenticator ? FlowPurpose.SaveNewCodes : flow.Purpose,
            Proofs = [.. flow.Proofs, proof],
            ProtectedRecoveryCodes = attempt.ProtectedCodes,
        };
        return keeper.AdvanceAsync(transaction, attempt.Running, changed, attempt.Now, client);
    }

    private IReadOnlyList<ChangeTrace> TracesOf(Enrollment attempt, ClientContext client, bool withCodes)
    {
        var (account, address) = (attempt.Running.Account, client.Address);
        var added = new Notice(NoticeKind.AuthenticatorAdded, account, attempt.Now, address) { Detail = attempt.DeviceName, Languages = client.Languages };
        var enrolled = new ChangeTrace(EntryOf(AuditEvents.AuthenticatorEnrolled, attempt.DeviceName), notices.Prepare(added));
        return withCodes ? [enrolled, new(EntryOf(AuditEvents.RecoveryCodesMade, detail: null), [])] : [enrolled];

        AuditEntry EntryOf(string what, string? detail) => new(attempt.Now, what, account.Id, account.Id, address, Succeeded: true, detail);
    }

    /// <summary>One try to verify a pending authenticator, with what is made on the way.</summary>
    private sealed record Enrollment(RunningFlow Running, PendingTotp Pending, string Code, string DeviceName, DateTimeOffset Now)
    {
        public byte[]? ProtectedCodes { get; set; }

        public override string ToString() => nameof(Enrollment);
    }
}
