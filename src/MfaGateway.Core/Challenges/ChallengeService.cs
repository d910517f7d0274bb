using MfaGateway.Core.Access;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Challenges;

/// <summary>
/// Takes the answers of a challenge. Each goes the same way: load the flow, check the answer under
/// <see cref="FactorGuard"/>, ask <see cref="ChallengeRules"/> what is next, save. The clock is read once an answer.
/// </summary>
public sealed class ChallengeService(
    FlowKeeper keeper,
    FactorGuard guard,
    AttemptLimits limits,
    AccountStore accounts,
    PasswordVerifier passwords,
    TotpVerifier totp,
    RecoveryCodeVerifier recoveryCodes,
    MagicCodes magicCodes,
    ApplicationCodes applicationCodes,
    MagicCodeStore codeRequests,
    KnownBrowsers browsers,
    Notices notices,
    TimeProvider time)
{
    /// <summary>The first answer: a user name or an e-mail address, and a password. A right one begins a flow, or ends it at once where that is enough.</summary>
    /// <exception cref="PasswordHashingBusyException">More passwords are waiting than the queue takes.</exception>
    /// <exception cref="StoreUnavailableException">Nothing could be decided.</exception>
    public async Task<ChallengeOutcome> SignInAsync(SignInAnswer answer, ClientContext client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var name = SignInName.Of(answer.UserName);
        var account = await accounts.FindForSignInAsync(name, cancellationToken);
        var mayPass = account is { Disabled: false };
        var browser = await browsers.FindAsync(client, account?.Id, now, cancellationToken);
        var plan = limits.ForSignIn(account?.Id, name.FoldedUserName, browser, client);
        var from = new HashingRequester(client.Address, browser?.AccountId);

        ChallengeOutcome? begun = null;
        var outcome = await guard.CheckAsync(
            new(FactorKind.Password, account?.Id, plan, now, client.Address),
            _ => passwords.VerifyAsync(account?.Id, mayPass, answer.Password, from, cancellationToken),
            async (transaction, proof) =>
            {
                var start = new FlowStart(account!, answer.PolicyName, answer.ReturnUrl, [proof], answer.Replaces, StepsUp: false);
                begun = await keeper.BeginAsync(transaction, start, now, client);
            },
            cancellationToken);

        return outcome switch
        {
            GuardOutcome.Passed => begun!,
            GuardOutcome.Limited limited => await RefuseSignInAsync(limited, answer.Password, from, cancellationToken),
            _ => new ChallengeOutcome.Refused(ChallengeRefusal.Wrong),
        };
    }

    /// <summary>Begins to ask a signed-in person for what a policy demands beyond what the session has proved.</summary>
    /// <param name="applicationId">The application of the return URL.</param>
    public async Task<ChallengeOutcome> StepUpAsync(
        Account account, GatewaySession session, string policyName, string returnUrl, string applicationId, ClientContext client,
        CancellationToken cancellationToken) =>
        await keeper.BeginAsync(StepUpOf(account, session, policyName, returnUrl, applicationId), time.GetUtcNow(), client, cancellationToken);

    /// <summary>What <see cref="StepUpAsync"/> would ask first. Nothing is stored.</summary>
    public async Task<ChallengeView> PreviewStepUpAsync(
        Account account, GatewaySession session, string policyName, string returnUrl, string applicationId, CancellationToken cancellationToken)
    {
        var start = StepUpOf(account, session, policyName, returnUrl, applicationId);
        var running = await keeper.PreviewAsync(start, time.GetUtcNow(), cancellationToken);
        return await ViewAsync(running, cancellationToken) with { IsBegun = false };
    }

    /// <summary>What a page may show of the flow of this cookie; null when there is none any more.</summary>
    public async Task<ChallengeView?> FindAsync(SecretToken? flowToken, CancellationToken cancellationToken) =>
        await keeper.FindAsync(flowToken, time.GetUtcNow(), cancellationToken) is { } running
            ? await ViewAsync(running, cancellationToken)
            : null;

    public Task<ChallengeOutcome> AnswerTotpAsync(
        SecretToken? flowToken, string? code, ClientContext client, CancellationToken cancellationToken) =>
        AnswerAsync(
            flowToken,
            new(FactorKind.Totp, ChallengeStep.Totp)
            {
                PlanAsync = (running, _, _) => Task.FromResult(limits.ForCode(running.Flow, FactorKind.Totp)),
                IsWellFormed = running => TotpVerifier.IsCode(code, running.Authenticators),
                VerifyAsync = (running, attempt, token) => totp.VerifyAsync(running.Account.Id, code, attempt.Now, token),
            },
            client,
            cancellationToken);

    public Task<ChallengeOutcome> AnswerRecoveryCodeAsync(
        SecretToken? flowToken, string? code, ClientContext client, CancellationToken cancellationToken) =>
        AnswerAsync(
            flowToken,
            new(FactorKind.RecoveryCode, ChallengeStep.Totp)
            {
                PlanAsync = (running, _, _) => Task.FromResult(limits.ForCode(running.Flow, FactorKind.RecoveryCode)),
                IsWellFormed = running => RecoveryCode.TryParse(code, out _),
                VerifyAsync = (running, attempt, token) => VerifyRecoveryCodeAsync(running, code, attempt, client, token),
            },
            client,
            cancellationToken);

    public Task<ChallengeOutcome> AnswerPasswordAsync(
        SecretToken? flowToken, string? password, ClientContext client, CancellationToken cancellationToken) =>
        AnswerAsync(
            flowToken,
            new(FactorKind.Password, ChallengeStep.Password)
            {
                PlanAsync = async (running, now, token) =>
                    limits.ForPassword(running.Account.Id, await browsers.FindAsync(client, running.Account.Id, now, token)),
                IsWellFormed = _ => !string.IsNullOrEmpty(password),
                VerifyAsync = (running, _, _) =>
                    passwords.VerifyAsync(running.Account.Id, mayPass: true, password!, new(client.Address, running.Account.Id), cancellationToken),
            },
            client,
            cancellationToken);

    /// <summary>A mailed code as a step of a flow. One that begins a sign-in is <see cref="CodeSignIn"/>'s.</summary>
    public Task<ChallengeOutcome> AnswerMagicCodeAsync(
        SecretToken? flowToken, string? code, ClientContext client, CancellationToken cancellationToken)
    {
        CodeRequest? asked = null;
        return AnswerAsync(
            flowToken,
            new(FactorKind.MagicCode, ChallengeStep.MagicCode)
            {
                // Beside an authenticator a mailed code is never the second factor: it proves the first one again.
                PlanAsync = async (running, now, token) => running.Factors.Enrolled.AnySecondFactor
                    ? limits.ForMailedCodeAgain(running.Flow, await browsers.FindAsync(client, running.Account.Id, now, token))
                    : limits.ForCode(running.Flow, FactorKind.MagicCode),
                IsWellFormed = _ => MagicCodes.IsCode(code),
                VerifyAsync = async (running, attempt, token) =>
                {
                    asked = await codeRequests.FindOfFlowAsync(running.Flow.Id, attempt.Now, token);
                    return asked is { State: CodeRequestState.Open }
                        ? await magicCodes.VerifyAsync(asked, running.Account.Email, running.Factors.Enrolled.MagicCode, registers: null, code, attempt.Now, token)
                        : FactorVerdict.Wrong;
                },
                FindApplication = () => asked?.ApplicationId,
            },
            client,
            cancellationToken);
    }

    /// <summary>Goes on in a flow whose mailed link was confirmed, in this browser or in another one.</summary>
    /// <param name="applicationId">For which the link was made.</param>
    /// <param name="use">Uses it, once.</param>
    internal async Task<ChallengeOutcome> GoOnByLinkAsync(
        SecretToken? flowToken, string applicationId, Func<Transaction, Task<bool>> use, DateTimeOffset now, ClientContext client, CancellationToken cancellationToken)
    {
        if (await keeper.FindAsync(flowToken, now, cancellationToken) is not { } running)
            return new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);
        if (running.Step != ChallengeStep.MagicCode)
            return new ChallengeOutcome.NextStep(running.Step, running.Flow.ReturnUrl, FlowToken: null);

        var proof = new Proof(FactorKind.MagicCode, now) { Application = applicationId };
        return await keeper.TakeAsync(
            use, transaction => keeper.AdvanceAsync(transaction, running, running.Flow with { Proofs = [.. running.Flow.Proofs, proof] }, now, client));
    }

    private FlowStart StepUpOf(Account account, GatewaySession session, string policyName, string returnUrl, string applicationId) =>
        new(account, policyName, returnUrl, applicationCodes.ProofsFor(applicationId, session.Proofs), session, StepsUp: true);

    private async Task<ChallengeView> ViewAsync(RunningFlow running, CancellationToken cancellationToken)
    {
        var hasCodes = await recoveryCodes.AnyLeftAsync(running.Account.Id, cancellationToken);
        var digits = running.Authenticators.Select(authenticator => authenticator.Parameters.Digits).FirstOrDefault(6);
        return new ChallengeView(running.Flow, running.Account, running.Step, hasCodes, digits, running.Factors.Code?.ExpiresAt);
    }

    private async Task<ChallengeOutcome> AnswerAsync(
        SecretToken? flowToken, Question question, ClientContext client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await keeper.FindAsync(flowToken, now, cancellationToken) is not { } running)
            return new ChallengeOutcome.Refused(ChallengeRefusal.FlowExpired);

        // An answer to what is not asked (a step skipped, a page of before) is not looked at: back to the step that is.
        if (running.Step != question.Step)
            return new ChallengeOutcome.NextStep(running.Step, running.Flow.ReturnUrl, FlowToken: null);

        if (!question.IsWellFormed(running))
            return new ChallengeOutcome.Refused(ChallengeRefusal.Malformed);

        var plan = await question.PlanAsync(running, now, cancellationToken);
        var attempt = new FactorAttempt(question.Factor, running.Account.Id, plan, now, client.Address);
        ChallengeOutcome? next = null;
        var outcome = await guard.CheckAsync(
            attempt,
            token => question.VerifyAsync(running, attempt, token),
            async (transaction, proof) =>
            {
                var proved = proof with { Application = question.FindApplication?.Invoke() };
                next = await keeper.AdvanceAsync(transaction, running, running.Flow with { Proofs = [.. running.Flow.Proofs, proved] }, now, client);
            },
            cancellationToken);
        return outcome is GuardOutcome.Passed ? next! : await keeper.RefuseAsync(outcome, running, now, client);
    }

    // A right one is spent whatever becomes of the flow, and the first thing that a thief of the printed sheet would use.
    private Task<FactorVerdict> VerifyRecoveryCodeAsync(
        RunningFlow running, string? code, FactorAttempt attempt, ClientContext client, CancellationToken cancellationToken)
    {
        var mails = notices.Prepare(new(NoticeKind.RecoveryCodeUsed, running.Account, attempt.Now, client.Address));
        return recoveryCodes.VerifyAsync(running.Account.Id, code, attempt.Now, mails, cancellationToken);
    }

    // The address's own limit is reported, to all alike, and that of a known browser, which has signed in before. An account's must look,
    // and take as long, as a wrong password.
    private async Task<ChallengeOutcome> RefuseSignInAsync(
        GuardOutcome.Limited limited, string password, HashingRequester from, CancellationToken cancellationToken)
    {
        if (limited.Limit is AttemptLimit.Address or AttemptLimit.KnownBrowser)
        {
            return new ChallengeOutcome.Refused(ChallengeRefusal.Limited)
            {
                RetryAt = limited.RetryAt,
                IsOfBrowser = limited.Limit == AttemptLimit.KnownBrowser,
            };
        }

        await passwords.VerifyAsync(accountId: null, mayPass: false, password, from, cancellationToken);
        return new ChallengeOutcome.Refused(ChallengeRefusal.Wrong);
    }

    /// <summary>What one kind of answer brings to the common way.</summary>
    private sealed record Question(FactorKind Factor, ChallengeStep Step)
    {
        public required Func<RunningFlow, bool> IsWellFormed { get; init; }

        public required Func<RunningFlow, DateTimeOffset, CancellationToken, Task<AttemptPlan>> PlanAsync { get; init; }

        public required Func<RunningFlow, FactorAttempt, CancellationToken, Task<FactorVerdict>> VerifyAsync { get; init; }

        /// <summary>For which application a right one was made; null where it is for none.</summary>
        public Func<string?>? FindApplication { get; init; }
    }
}

/// <param name="UserName">As typed: a user name or an e-mail address; see <see cref="SignInName"/>.</param>
/// <param name="PolicyName">The access policy of the return URL.</param>
/// <param name="ReturnUrl">A checked local path.</param>
/// <param name="Replaces">A session that this browser has already, which ends when the new one starts.</param>
public sealed record SignInAnswer(string UserName, string Password, string PolicyName, string ReturnUrl, GatewaySession? Replaces)
{
    public override string ToString() => nameof(SignInAnswer);
}
