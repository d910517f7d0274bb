using System.Text;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.RecoveryCodes;
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
    ITotpStore totp,
    IEnrollmentCodeStore enrollmentCodes,
    TotpSecrets secrets,
    TotpOptions totpOptions,
    RecoveryCodeOptions recoveryCodeOptions,
    ISecretProtector protector,
    IAuditStore audit,
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

        var outcome = await guard.CheckAsync(
            new(FactorKind.RecoveryCode, running.Account.Id, limits.ForFlow(running.Flow), now, client.Address) { Name = nameof(EnrollmentCode) },
            async token => await enrollmentCodes.TryGiveAsync(running.Account.Id, code.Hash, running.Flow.Id, now, token)
                ? FactorVerdict.Right
                : FactorVerdict.Wrong,
            cancellationToken);

        // It proves nothing about the person, so the flow holds no more proofs than before.
        return outcome is GuardOutcome.Passed
            ? await keeper.AdvanceAsync(running, running.Flow, now, client)
            : await keeper.RefuseAsync(outcome, running.Flow, now, client);
    }

    /// <summary>The pending secret of this flow, made on the first call; null when enrolling is not this flow's step.</summary>
    /// <param name="issuer">What the authenticator app will call this site, unless the configuration says.</param>
    public async Task<EnrollmentOffer?> OfferAsync(SecretToken? flowToken, string issuer, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await keeper.FindAsync(flowToken, now, cancellationToken) is not { Step: ChallengeStep.EnrollTotp } running)
            return null;

        var parameters = totpOptions.ForNewAuthenticators();
        var candidate = new PendingTotp(
            running.Flow.Id, running.Account.Id,
            secrets.Protect(running.Account.Id, TotpSecret.Generate(parameters.Algorithm)), parameters, running.Flow.ExpiresAt);
        var pending = await totp.AddOrGetPendingAsync(candidate, now, cancellationToken);

        var secret = secrets.Unprotect(pending.AccountId, pending.ProtectedSecret);
        var uri = OtpAuthUri.Create(totpOptions.Issuer ?? issuer, running.Account.UserName, secret, pending.Parameters);
        return new EnrollmentOffer(secret, pending.Parameters, uri);
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

        var attempt = new Enrollment(running, pending, digits, DeviceNames.Clean(deviceName), now);
        var outcome = await guard.CheckAsync(
            new(FactorKind.Totp, running.Account.Id, limits.ForEnrollment(running.Flow), now, client.Address),
            token => VerifyAndKeepAsync(attempt, client, token),
            cancellationToken);

        // From here on it is decided: whoever hangs up now changes nothing any more.
        return outcome is GuardOutcome.Passed passed
            ? await FinishAsync(attempt, passed.Proof, client)
            : await keeper.RefuseAsync(outcome, running.Flow, now, client);
    }

    /// <summary>The codes that this flow made and that still have to be saved; null when it has none.</summary>
    public async Task<IReadOnlyList<string>?> FindUnsavedCodesAsync(SecretToken? flowToken, CancellationToken cancellationToken)
    {
        var running = await keeper.FindAsync(flowToken, time.GetUtcNow(), cancellationToken);
        return running?.Flow.ProtectedRecoveryCodes is { } ciphertext
            ? Encoding.UTF8.GetString(protector.Unprotect(CodesPurpose(running.Flow), ciphertext)).Split('\n')
            : null;
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

    private async Task<FactorVerdict> VerifyAndKeepAsync(Enrollment attempt, ClientContext client, CancellationToken cancellationToken)
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
        var first = attempt.Running.Authenticators.Count == 0 ? MakeCodes(attempt) : null;
        var mails = notices.Prepare(
            new(NoticeKind.AuthenticatorAdded, attempt.Running.Account, attempt.Now, client.Address) { Detail = attempt.DeviceName });
        return await totp.TryConfirmPendingAsync(pending.FlowId, authenticator, first, mails, attempt.Now, cancellationToken)
            ? FactorVerdict.Right
            : FactorVerdict.AlreadyUsed;
    }

    private async Task<ChallengeOutcome> FinishAsync(Enrollment attempt, Proof proof, ClientContext client)
    {
        notices.Announce();
        var (flow, account) = (attempt.Running.Flow, attempt.Running.Account);
        string[] done = attempt.ProtectedCodes is null
            ? [AuditEvents.AuthenticatorEnrolled]
            : [AuditEvents.AuthenticatorEnrolled, AuditEvents.RecoveryCodesMade];
        foreach (var what in done)
            await audit.AppendAsync(new(attempt.Now, what, account.Id, account.Id, client.Address, true, null), CancellationToken.None);

        // What the flow was begun for is done; what may be left is to save the codes.
        var changed = flow with
        {
            Purpose = flow.Purpose == FlowPurpose.AddAuthenticator ? FlowPurpose.SaveNewCodes : flow.Purpose,
            Proofs = [.. flow.Proofs, proof],
            ProtectedRecoveryCodes = attempt.ProtectedCodes,
        };
        return await keeper.AdvanceAsync(attempt.Running, changed, attempt.Now, client);
    }

    private NewRecoveryCodes MakeCodes(Enrollment attempt)
    {
        var codes = RecoveryCode.GenerateSet(recoveryCodeOptions.Count);
        var salt = RecoveryCodeHash.NewSalt();

        // They were never shown in a browser yet, and must survive until they are: in the flow, for its minutes.
        var shown = string.Join('\n', codes.Select(code => code.ToGroups()));
        attempt.ProtectedCodes = protector.Protect(CodesPurpose(attempt.Running.Flow), Encoding.UTF8.GetBytes(shown));
        return new NewRecoveryCodes(salt, [.. codes.Select(code => RecoveryCodeHash.Create(code, salt))]);
    }

    private static string CodesPurpose(ChallengeFlow flow) => $"{nameof(FactorKind.RecoveryCode)}/{flow.AccountId}/{flow.Id}";

    /// <summary>One try to verify a pending authenticator, with what is made on the way.</summary>
    private sealed record Enrollment(RunningFlow Running, PendingTotp Pending, string Code, string DeviceName, DateTimeOffset Now)
    {
        public byte[]? ProtectedCodes { get; set; }
    }
}
