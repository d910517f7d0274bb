using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Accounts;

/// <summary>Sets a password by a one-time link, for somebody who has none (any more).</summary>
public sealed class PasswordLinks(
    PasswordTokenStore tokens, AccountStore accounts, IPasswordHashing hashing, Notices notices, AccountSite site, ClockGuard clock, TimeProvider time)
{
    /// <summary>Whose link this is; null when it does not work (any more). Spends nothing.</summary>
    public async Task<Account?> FindAsync(SecretToken? token, CancellationToken cancellationToken)
    {
        if (token is null || await tokens.FindAccountIdAsync(token.Hash, time.GetUtcNow(), cancellationToken) is not { } accountId)
            return null;

        return await accounts.FindAsync(accountId, cancellationToken) is { Disabled: false } account ? account : null;
    }

    /// <summary>
    /// Spends the link and sets the password. The person's sessions and flows end and the person is told; nobody is signed in by it,
    /// and the second factor is asked as before.
    /// </summary>
    /// <returns><see cref="PasswordChange.AccountGone"/> when the link does not work (any more).</returns>
    /// <exception cref="ClockBehindException">Whether the link is still good is unknown.</exception>
    /// <exception cref="PasswordHashingBusyException">More passwords are waiting than the queue takes.</exception>
    public async Task<PasswordChange> SetPasswordAsync(
        SecretToken? token, string password, string? clientAddress, CancellationToken cancellationToken)
    {
        // Before the slow hash: whoever has no good link costs one short read.
        if (await FindAsync(token, cancellationToken) is not { } account)
            return new PasswordChange.AccountGone();
        await clock.EnsureAsync(time.GetUtcNow(), cancellationToken);

        // A mistake does not spend the link.
        var faults = NewAccountRules.JudgePassword(password, account, site);
        if (faults.Count > 0)
            return new PasswordChange.Refused(faults);

        if (!PasswordText.TryNormalize(password, out var text))
            throw new InvalidOperationException("A password was to be hashed that the rules had not accepted.");

        var hash = await hashing.HashAsync(text, new(clientAddress, account.Id), cancellationToken);
        var now = time.GetUtcNow();
        var trace = new ChangeTrace(
            new(now, AuditEvents.PasswordSet, account.Id, account.Id, clientAddress, Succeeded: true, "by a one-time link"),
            notices.Prepare(new(NoticeKind.PasswordChanged, account, now, clientAddress)));
        // Without an origin no link is mailed: it was handed over.
        if (!await tokens.TryRedeemAsync(token!.Hash, hash, byMail: site.Origin is not null, now, trace, CancellationToken.None))
            return new PasswordChange.AccountGone();

        return new PasswordChange.Changed();
    }
}
