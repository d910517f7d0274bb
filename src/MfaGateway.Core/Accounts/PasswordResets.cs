using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Accounts;

/// <summary>
/// Sends a one-time link to people who forgot their password; <see cref="PasswordLinks"/> takes it. Whoever asks gets the same
/// answer after the same work, whether or not anybody has the address.
/// </summary>
public sealed class PasswordResets(
    PasswordTokenStore tokens, AccountStore accounts, AttemptStore attempts, AttemptLimits limits, KnownBrowsers browsers, Mails mails,
    MailTimes mailTimes, AccountSite site, TimeProvider time)
{
    /// <summary>How long a link may be used, from when its mail is due.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>Whether people may reset their password themselves. Without a configured origin there is no link to send.</summary>
    public bool IsOffered => site is { ResetByMail: true, Origin: not null };

    /// <summary>
    /// Sends a link to the account that has the address: now, or when a mail of the last minute allows it. Of links that wait only the newest goes out. Only the
    /// newest link of an account is good; one that waited leaves the one before good, too.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing was sent.</exception>
    public async Task<ResetAsking> AskAsync(string? email, ClientContext client, CancellationToken cancellationToken)
    {
        if (!IsOffered)
            return new ResetAsking.NotOffered();
        if (!EmailAddress.TryParse(email, out var address))
            return new ResetAsking.Malformed();

        var now = time.GetUtcNow();
        if (await attempts.TryReserveAttemptAsync(limits.ForCodeRequest(client).Buckets, now, cancellationToken) is AttemptReservation.Refused refused)
            return new ResetAsking.Limited(refused.RetryAt);

        var account = await accounts.FindByEmailAsync(address.Folded, cancellationToken);
        var recipient = account is { Disabled: false } ? account : null;
        var browser = await browsers.FindAsync(client, recipient?.Id, now, cancellationToken);
        var dueAt = await mailTimes.ReserveNewestAsync(new(recipient?.Id, address.Folded, browser), client, now, cancellationToken);

        var secret = SecretToken.New();
        var token = new PasswordToken(
            secret.Hash, dueAt > now ? PasswordTokenPurpose.ResetWaiting : PasswordTokenPurpose.Reset, now, (dueAt ?? now) + Lifetime);
        var mail = mails.PasswordReset(RequestOf(recipient, address, client, now), site.PasswordLink(secret), token.ExpiresAt);

        // A link that no mail brings must not end the one that did come: then, as for nobody, a row without an account is kept.
        if (recipient is null || dueAt is null)
            await tokens.AddForNobodyAsync(token, CancellationToken.None);
        else
            await KeepAsync(mail with { DueAt = dueAt, ReplacesWaiting = true });
        return new ResetAsking.Asked();

        Task<bool> KeepAsync(OutboxMail timed) =>
            tokens.SetAsync(recipient.Id, address.Folded, token, new(EntryOf(recipient, client, now), [timed]), CancellationToken.None);
    }

    /// <summary>To the account's own address. For nobody it is written all the same, and thrown away.</summary>
    private static MailRequest RequestOf(Account? recipient, EmailAddress address, ClientContext client, DateTimeOffset now) =>
        recipient is not null
            ? MailRequest.For(recipient, now, client)
            : new MailRequest(Identifiers.New(), address.Value, address.Value, address.Value, now, client.Address) { Languages = client.Languages };

    private static AuditEntry EntryOf(Account recipient, ClientContext client, DateTimeOffset now) =>
        new(now, AuditEvents.PasswordResetSent, recipient.Id, Actor: null, client.Address, Succeeded: true, Detail: null);
}

/// <summary>What came of asking for a link to a new password.</summary>
public abstract record ResetAsking
{
    private ResetAsking()
    {
    }

    /// <summary>Whether anybody gets a mail is not told.</summary>
    public sealed record Asked : ResetAsking;

    /// <summary>That is no e-mail address.</summary>
    public sealed record Malformed : ResetAsking;

    /// <summary>So much was asked for from this network.</summary>
    public sealed record Limited(DateTimeOffset? RetryAt) : ResetAsking;

    /// <summary>Passwords are not reset by mail here.</summary>
    public sealed record NotOffered : ResetAsking;
}
