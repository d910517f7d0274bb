using System.Security.Cryptography;
using System.Text.Json;
using MfaGateway.Core.Mail;

namespace MfaGateway.Mail;

/// <summary>
/// Takes mails from the outbox and hands them to the transport, beside the requests: at once what this process kept, within
/// seconds what a command or another node did.
/// </summary>
internal sealed class MailDelivery(
    MailOutbox outbox,
    MailContents contents,
    MailSignal signal,
    MailWriter writer,
    IMailTransport transport,
    TimeProvider time,
    ILogger<MailDelivery> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LeaseBeyondDelivery = TimeSpan.FromSeconds(15);

    private bool _isOutboxDown;

    private readonly TimeSpan _lease = LeaseOf(transport).Longest;

    /// <summary>How long one taker may have a mail that goes out by this way.</summary>
    public static DeliveryLease LeaseOf(IMailTransport transport) => new(transport.Longest + LeaseBeyondDelivery);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await DeliverAllDueAsync(stoppingToken);
                await signal.WaitAsync(LookEvery, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    private async Task DeliverAllDueAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = time.GetUtcNow();
            if (await outbox.DropLateAsync(now, cancellationToken) is > 0 and var dropped)
                Log.Dropped(logger, dropped);
            while (TakesMail(now) && await outbox.TakeAsync(now, now + _lease, cancellationToken) is { } mail)
            {
                await DeliverAsync(mail, cancellationToken);
                now = time.GetUtcNow();
            }

            _isOutboxDown = false;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, it must end neither the delivery nor the program. Said once an outage.
            if (!_isOutboxDown)
                Log.OutboxUnavailable(logger, fault);
            _isOutboxDown = true;
        }
    }

    // What waits while the way out is down uses up none of its attempts.
    private bool TakesMail(DateTimeOffset now) => transport.RestsUntil is not { } end || end <= now;

    private async Task DeliverAsync(LeasedMail mail, CancellationToken cancellationToken)
    {
        try
        {
            var content = contents.Unprotect(mail.Mail);
            await transport.SendAsync(writer.Write(mail.Mail, content), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Another node, or the next start, need not wait for the lease to end.
            await outbox.PostponeAsync(mail, time.GetUtcNow(), failure: null, CancellationToken.None);
            throw;
        }
        catch (Exception fault)
        {
            await PutOffAsync(mail, fault);
            return;
        }

        if (!await outbox.CompleteAsync(mail, CancellationToken.None))
            Log.LeaseOver(logger, mail.Mail.Kind, mail.Mail.AccountId);
    }

    private async Task PutOffAsync(LeasedMail mail, Exception fault)
    {
        var (kind, accountId, now) = (mail.Mail.Kind, mail.Mail.AccountId, time.GetUtcNow());
        var failure = FailureOf(fault, now);
        if (fault is MailUndeliverableException || DeliverySchedule.WaitAfter(mail.Attempt) is not { } wait)
        {
            await outbox.GiveUpAsync(mail, failure, CancellationToken.None);
            Log.GivenUp(logger, kind, accountId, mail.Attempt, fault);
            return;
        }

        await outbox.PostponeAsync(mail, now + wait, failure, CancellationToken.None);
        if (mail.Attempt == 1)
            Log.FirstAttemptFailed(logger, kind, accountId, now + wait, fault);
        else
            Log.AttemptFailed(logger, mail.Attempt, kind, accountId, now + wait, fault);
    }

    private static MailFailure FailureOf(Exception fault, DateTimeOffset at) => fault switch
    {
        MailNotTakenException notTaken => new(notTaken.Fault, notTaken.Status, at),
        MailUndeliverableException never => new(never.Fault, never.Status, at),
        CryptographicException or JsonException => new(MailFault.Unreadable, Status: null, at),
        IOException or UnauthorizedAccessException => new(MailFault.Unreachable, Status: null, at),
        _ => new(MailFault.Other, Status: null, at),
    };
}
