using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.SelfService;

/// <summary>A person's own password.</summary>
public sealed class OwnPassword(
    PasswordVerifier verifier,
    PasswordStore passwords,
    IPasswordHashing hashing,
    AccountFactorsReader factors,
    OwnChangeStore changes,
    FactorGuard guard,
    AttemptLimits limits,
    KnownBrowsers browsers,
    Notices notices,
    AccountSite site,
    TimeProvider time)
{
    public Task<DateTimeOffset?> FindSetAtAsync(string accountId, CancellationToken cancellationToken) =>
        passwords.FindSetAtAsync(accountId, cancellationToken);

    /// <summary>
    /// Changes the password after the current one was right, which counts like a sign-in. What the new one must be is
    /// judged first: it depends on nothing secret, and costs no attempt.
    /// </summary>
    /// <exception cref="PasswordHashingBusyException">More passwords are waiting than the queue takes.</exception>
    public async Task<OwnPasswordChange> ChangeAsync(
        ActingSession who, string current, string wanted, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var held = await factors.ReadAsync(who.Account.Id, flowId: null, cancellationToken);
        if (!who.MayChange(held.Enrolled, now))
            return new OwnPasswordChange.NotDone(new OwnChange.StepUpFirst());

        var faults = NewAccountRules.JudgePassword(wanted, who.Account, site);
        if (faults.Count > 0 || !PasswordText.TryNormalize(wanted, out var text))
            return new OwnPasswordChange.Refused(faults);

        var from = new HashingRequester(who.Client.Address, who.Account.Id);
        var browser = await browsers.FindAsync(who.Client, who.Account.Id, now, cancellationToken);
        var outcome = await guard.CheckAsync(
            new(FactorKind.Password, who.Account.Id, limits.ForPassword(who.Account.Id, browser), now, who.Client.Address),
            _ => verifier.VerifyAsync(who.Account.Id, mayPass: true, current, from, cancellationToken),
            cancellationToken);
        if (outcome is not GuardOutcome.Passed passed)
            return new OwnPasswordChange.WrongCurrent(outcome);

        if (PasswordText.TryNormalize(current, out var currentText) && currentText == text)
            return new OwnPasswordChange.Refused([new(AccountField.Password, "This is the password that you have: choose another one.")]);

        // From here on it is decided: whoever hangs up now changes nothing any more.
        return await SetAsync(who, await hashing.HashAsync(text, from, CancellationToken.None), passed.Proof, now);
    }

    private async Task<OwnPasswordChange> SetAsync(ActingSession who, string hash, Proof proof, DateTimeOffset now)
    {
        var token = SecretToken.New();
        var renewal = who.Renew(token, now);
        IEnumerable<Proof> others = renewal.Renewed.Proofs.Where(known => known.Factor != FactorKind.Password);

        // A session that rests on the mailbox alone sets a password that does, too.
        var set = proof with { ByMail = proof.ByMail && others.All(known => known.RestsOnMailbox) };
        Proof[] proofs = [.. others, set];
        var trace = new ChangeTrace(
            who.EntryOf(AuditEvents.PasswordSet, now), notices.Prepare(who.NoticeOf(NoticeKind.PasswordChanged, now)));

        // Known browsers stay known. Their cookie proves nothing: it gives a counter of its own, ten guesses in a quarter of an
        // hour. Without it the owner's other devices would be strangers, whom any stranger can lock out, just when somebody is
        // after the account. One that is not the owner's is forgotten on the page of browsers, and all of them by a reset.
        var isSet = await changes.SetPasswordAsync(
            renewal with { Renewed = renewal.Renewed with { Proofs = proofs } }, hash, trace, CancellationToken.None);
        return isSet
            ? new OwnPasswordChange.Changed(token)
            : new OwnPasswordChange.NotDone(new OwnChange.SessionOver());
    }
}

/// <summary>What came of changing one's own password.</summary>
public abstract record OwnPasswordChange
{
    private OwnPasswordChange()
    {
    }

    /// <param name="SessionToken">What the session's cookie is from now on.</param>
    public sealed record Changed(SecretToken SessionToken) : OwnPasswordChange;

    /// <param name="Faults">What is wrong with the new one; at least one.</param>
    public sealed record Refused(IReadOnlyList<AccountFault> Faults) : OwnPasswordChange;

    /// <summary>The current password was wrong, or too many were tried.</summary>
    public sealed record WrongCurrent(GuardOutcome Outcome) : OwnPasswordChange;

    public sealed record NotDone(OwnChange Reason) : OwnPasswordChange;
}
