using System.Text;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Challenges;

/// <summary>Enrols an authenticator inside a flow: a pending secret, a code that verifies it, then recovery codes to save.</summary>
public sealed class EnrollmentService(
    FlowKeeper keeper,
    ChallengeService challenges,
    FactorGuard guard,
    AttemptLimits limits,
    ITotpStore totp,
    TotpSecrets secrets,
    TotpOptions totpOptions,
    IRecoveryCodeStore recoveryCodes,
    RecoveryCodeOptions recoveryCodeOptions,
    ISecretProtector protector,
    IAuditStore audit,
    TimeProvider time)
{
    /// <summary>The longest name of a device, in characters.</summary>
    public const int MaxDeviceName = 64;

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

        var outcome = await guard.CheckAsync(
            new(FactorKind.Totp, running.Account.Id, limits.ForEnrollment(running.Flow), now, client.Address),
            token => VerifyAndKeepAsync(pending, digits, NameOf(deviceName), now, token),
            cancellationToken);

        return outcome is GuardOutcome.Passed passed
            ? await FinishAsync(running, passed.Proof, now, client, cancellationToken)
            : await challenges.RefuseAsync(outcome, running.Flow, now, client, cancellationToken);
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

        var changed = running.Flow with { ProtectedRecoveryCodes = null };
        return await keeper.AdvanceAsync(running, changed, now, client, cancellationToken);
    }

    private async Task<FactorVerdict> VerifyAndKeepAsync(
        PendingTotp pending, string code, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var secret = secrets.Unprotect(pending.AccountId, pending.ProtectedSecret);
        if (TotpAlgorithm.FindMatchingStep(secret, code, now, pending.Parameters, totpOptions.SkewSteps) is not { } step)
            return FactorVerdict.Wrong;

        // The step of the enrolling code is spent with it: it seeds the counter.
        var authenticator = new TotpAuthenticator(
            Identifiers.New(), pending.AccountId, name, pending.ProtectedSecret, pending.Parameters, step, now, LastUsedAt: now);
        return await totp.TryConfirmPendingAsync(pending.FlowId, authenticator, now, cancellationToken)
            ? FactorVerdict.Right
            : FactorVerdict.AlreadyUsed;
    }

    private async Task<ChallengeOutcome> FinishAsync(
        RunningFlow running, Proof proof, DateTimeOffset now, ClientContext client, CancellationToken cancellationToken)
    {
        var (flow, account) = (running.Flow, running.Account);
        await audit.AppendAsync(
            new(now, AuditEvents.AuthenticatorEnrolled, account.Id, account.Id, client.Address, true, null), cancellationToken);

        var changed = flow with { Proofs = [.. flow.Proofs, proof] };
        if (await recoveryCodes.FindSetAsync(account.Id, cancellationToken) is null or { Remaining: 0 })
            changed = changed with { ProtectedRecoveryCodes = await MakeCodesAsync(flow, now, cancellationToken) };

        return await keeper.AdvanceAsync(running, changed, now, client, cancellationToken);
    }

    private async Task<byte[]> MakeCodesAsync(ChallengeFlow flow, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var codes = RecoveryCode.GenerateSet(recoveryCodeOptions.Count);
        var salt = RecoveryCodeHash.NewSalt();
        var hashes = codes.Select(code => RecoveryCodeHash.Create(code, salt)).ToArray();
        await recoveryCodes.ReplaceAllAsync(flow.AccountId, salt, hashes, now, cancellationToken);

        // They were never shown in a browser yet, and must survive until they are: in the flow, for its minutes.
        var shown = string.Join('\n', codes.Select(code => code.ToGroups()));
        return protector.Protect(CodesPurpose(flow), Encoding.UTF8.GetBytes(shown));
    }

    private static string CodesPurpose(ChallengeFlow flow) => $"{nameof(FactorKind.RecoveryCode)}/{flow.AccountId}/{flow.Id}";

    private static string NameOf(string? deviceName)
    {
        var printable = new string([.. (deviceName ?? string.Empty).Where(c => !char.IsControl(c))]).Trim();
        if (printable.Length == 0)
            return "Authenticator";

        return printable.Length <= MaxDeviceName ? printable : printable[..MaxDeviceName];
    }
}
