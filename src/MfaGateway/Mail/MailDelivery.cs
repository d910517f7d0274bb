using System.Security.Cryptography;
using System.Text.Json;
using MfaGateway.Core.Mail;

namespace MfaGateway.Mail;

/// <summary>
/// Takes mails from the outbox and hands them to the transport, beside the requests: at once what this process kept, within
/// seconds what a command or another node did.
/// </summary>
internal sealed class MailDelivery(
    IMailOutbox outbox,
    MailContents contents,
    MailSignal signal,
    MailSite site,
    IMailTransport transport,
    TimeProvider time,
    ILogger<MailDelivery> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private bool _isOutboxDown;

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
            while (await outbox.TakeAsync(now, now + Lease, cancellationToken) is { } mail)
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

    private async Task DeliverAsync(LeasedMail mail, CancellationToken cancellationToken)
    {
        try
        {
            var content = contents.Unprotect(mail.Mail);
            await transport.SendAsync(NoticeWriter.Write(mail.Mail, content, site), cancellationToken);
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
        var failure = new MailFailure(FaultOf(fault), Status: null, now);
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

    private static MailFault FaultOf(Exception fault) => fault switch
    {
        MailUndeliverableException => MailFault.Unwritable,
        CryptographicException or JsonException => MailFault.Unreadable,
        IOException or UnauthorizedAccessException => MailFault.Unreachable,
        _ => MailFault.Other,
    };
}
