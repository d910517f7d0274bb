using System.Globalization;
using System.Security.Cryptography;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Challenges;

/// <summary>Makes codes and puts their mails into the outbox, with the request in one transaction. The work is the same where nobody gets a mail.</summary>
public sealed class CodeSending(
    MagicCodes codes,
    MagicCodeStore store,
    AttemptStore attempts,
    AttemptLimits limits,
    MailTimes mailTimes,
    KnownBrowsers browsers,
    Mails mails,
    AccountSite site,
    MagicCodeOptions options)
{
    /// <summary>A request that is not kept yet.</summary>
    /// <param name="recipient">Who gets the mails; null for nobody.</param>
    public static CodeRequest Prepare(
        SecretToken token, string email, Account? recipient, CodeWish wish, ClientContext client, DateTimeOffset now) => new(
        Identifiers.New(), token.Hash, recipient?.Id, wish.ApplicationId, email, wish.PolicyName, wish.ReturnUrl,
        RandomNumberGenerator.GetInt32(10, 100), client.Address, client.UserAgent, CodesSent: 1, now, now, now, CodeRequestState.Open);

    /// <summary>Keeps a request, and sends its first code where somebody gets it and no limit is reached.</summary>
    public async Task<CodeAsking> SendFirstAsync(
        SecretToken token, CodeRequest request, Account? recipient, ClientContext client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var parcel = await PackAsync(request, recipient, client, now, cancellationToken);
        if (!await store.AddAsync(parcel.Request, parcel.Code, parcel.Trace, CancellationToken.None))
            return new CodeAsking.Refused(CodeAskingRefusal.Over);

        return new CodeAsking.Asked(token, parcel.Request);
    }

    /// <summary>The same for a request that is kept already.</summary>
    public async Task<CodeAsking> SendAgainAsync(
        SecretToken token, CodeRequest request, Account? recipient, ClientContext client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (request.State != CodeRequestState.Open)
            return new CodeAsking.Refused(CodeAskingRefusal.Over);
        if (request.CodesSent >= options.MostCodes)
            return new CodeAsking.Refused(CodeAskingRefusal.NoMore);
        if (now < request.NextSendAt)
            return new CodeAsking.Refused(CodeAskingRefusal.TooSoon) { RetryAt = request.NextSendAt };

        var next = request with { CodesSent = request.CodesSent + 1, LastSentAt = now };
        var parcel = await PackAsync(next, recipient, client, now, cancellationToken);
        if (!await store.TryAddCodeAsync(parcel.Request, parcel.Code, parcel.Trace, CancellationToken.None))
            return new CodeAsking.Refused(CodeAskingRefusal.TooSoon) { RetryAt = next.NextSendAt };

        return new CodeAsking.Asked(token, parcel.Request);
    }

    private async Task<Parcel> PackAsync(
        CodeRequest request, Account? recipient, ClientContext client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var code = await codes.MakeAsync(request, request.CodesSent, now, cancellationToken);
        var timed = request with { ExpiresAt = Later(request.ExpiresAt, code.Issued.ExpiresAt) };
        var mail = Write(timed, recipient, code, client, now);
        var browser = await browsers.FindAsync(client, recipient?.Id, now, cancellationToken);
        var owner = new MailOwner(recipient?.Id, EmailAddress.Fold(request.Email), browser, request.Registers);
        if (await FindTimeAsync(owner, timed, code.Issued.ExpiresAt, client, now, cancellationToken) is not { } dueAt)
            return new Parcel(timed, Code: null, Trace: null);

        return recipient is null && !request.Registers
            ? new Parcel(timed, code.Issued, Trace: null)
            : new Parcel(timed, code.Issued, new ChangeTrace(EntryOf(timed, now), [mail with { DueAt = dueAt }]));
    }

    // Only the first one of a request waits for the gap: the others have the waits of the request, and may overtake it.
    private async Task<DateTimeOffset?> FindTimeAsync(
        MailOwner owner, CodeRequest request, DateTimeOffset latest, ClientContext client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (request.CodesSent == 1)
            return await mailTimes.ReserveAsync(owner, client, now, latest, cancellationToken);
        return await attempts.TryReserveAttemptAsync(limits.ForMail(owner, client).Buckets, now, cancellationToken) is AttemptReservation.Granted
            ? now
            : null;
    }

    /// <summary>To the account's own address. For nobody it is written all the same, and thrown away.</summary>
    private OutboxMail Write(CodeRequest request, Account? recipient, FreshCode code, ClientContext client, DateTimeOffset now)
    {
        var to = recipient is not null
            ? MailRequest.For(recipient, now, client)
            : new MailRequest(request.OwnerId, request.Email, request.Email, request.Email, now, client.Address) { Languages = client.Languages };
        return mails.MagicCode(
            to, code.Value, site.CodeLink(code.Link), request.CodesSent, options.MostCodes, code.Issued.ExpiresAt);
    }

    private static AuditEntry EntryOf(CodeRequest request, DateTimeOffset now) => new(
        now, AuditEvents.MagicCodeSent, request.AccountId, request.AccountId, request.ClientAddress, Succeeded: true,
        string.Create(CultureInfo.InvariantCulture, $"{request.CodesSent}, for {request.ApplicationId}"));

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>What a store verb keeps at once.</summary>
    private sealed record Parcel(CodeRequest Request, IssuedCode? Code, ChangeTrace? Trace);
}
