using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Core.Mail;

/// <summary>Mails on their way out, shared by all nodes and by commands.</summary>
public sealed class MailOutbox(Transactions transactions) : IMailOutbox, IFailedMails
{
    /// <summary>What is about one mailbox, or about the time: mail gets out all the same.</summary>
    private static readonly MailFault[] OfOneMail = [MailFault.RecipientRefused, MailFault.Expired];

    public Task EnqueueAsync(IReadOnlyList<OutboxMail> mails, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            transaction =>
            {
                transaction.Keep(mails);
                return Task.CompletedTask;
            },
            cancellationToken);

    public async Task<LeasedMail?> TakeAsync(DateTimeOffset now, DateTimeOffset leaseEndsAt, CancellationToken cancellationToken)
    {
        // Asked every few seconds, and hardly ever is there anything: no write for that.
        return await transactions.ReadAsync(records => records.Mail.AnyDueAsync(now), cancellationToken)
            ? await transactions.WriteAsync(transaction => TakeAsync(transaction, now, leaseEndsAt), cancellationToken)
            : null;
    }

    public Task<bool> CompleteAsync(LeasedMail mail, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.Mail.TryDeleteAsync(mail.Mail.Id, mail.Attempt), cancellationToken);

    public Task<bool> PostponeAsync(LeasedMail mail, DateTimeOffset dueAt, MailFailure? failure, CancellationToken cancellationToken)
    {
        var due = mail.Mail.DeliverBy is { } end && end < dueAt ? end : dueAt;
        return transactions.WriteAsync(
            async transaction => await transaction.Mail.FindAsync(mail.Mail.Id) is { } kept
                && await transaction.Mail.TryUpdateAsync(kept with { DueAt = due, Failure = failure ?? kept.Failure }, mail.Attempt),
            cancellationToken);
    }

    public Task<bool> GiveUpAsync(LeasedMail mail, MailFailure failure, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction => await transaction.Mail.FindAsync(mail.Mail.Id) is { } kept
                && await transaction.Mail.TryUpdateAsync(GivenUp(kept, failure), mail.Attempt),
            cancellationToken);

    public async Task<int> DropLateAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // As in TakeAsync: mostly there is nothing.
        return await transactions.ReadAsync(records => records.Mail.AnyDueAsync(now), cancellationToken)
            ? await transactions.WriteAsync(transaction => DropLateAsync(transaction, now), cancellationToken)
            : 0;
    }

    public Task<UndeliveredMail> CountUndeliveredAsync(CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Mail.CountAsync(), cancellationToken);

    public Task<IReadOnlyList<FailedMail>> ListAsync(FailedMailPlace? after, int most, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Mail.ListAsync(after, most), cancellationToken);

    public Task<bool> AnyBlockedAsync(DateTimeOffset givenUpSince, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Mail.AnyFailedAsync(OfOneMail, givenUpSince), cancellationToken);

    public Task<int> RetryAllAsync(DateTimeOffset now, DateTimeOffset dueAfter, AuditEntry entry, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                var changed = 0;
                foreach (var failed in await transaction.Mail.ListFailedAsync(dueAfter))
                    changed += await transaction.Mail.TryUpdateAsync(failed with { DueAt = now }, failed.Attempts) ? 1 : 0;
                if (changed > 0)
                    transaction.Keep(entry);
                return changed;
            },
            cancellationToken);

    /// <summary>Keeps a mail in the transaction of what it tells.</summary>
    internal static async Task AddAsync(Transaction transaction, OutboxMail mail)
    {
        if (mail.ReplacesWaiting)
        {
            foreach (var waiting in await transaction.Mail.ListUntouchedAsync(mail.AccountId, mail.Kind, mail.QueuedAt))
                await transaction.Mail.TryDeleteAsync(waiting.Mail.Id, waiting.Attempts);
        }

        await transaction.Mail.AddAsync(mail);
    }

    private static async Task<LeasedMail?> TakeAsync(Transaction transaction, DateTimeOffset now, DateTimeOffset leaseEndsAt)
    {
        // A mail that another node is taking at this moment is passed over, and one of a moment ago is not due any longer.
        if (await transaction.Mail.FindDueAsync(now) is not { } due)
            return null;

        var attempt = due.Attempts + 1;
        return await transaction.Mail.TryUpdateAsync(due with { Attempts = attempt, DueAt = leaseEndsAt }, due.Attempts)
            ? new LeasedMail(due.Mail, attempt, leaseEndsAt)
            : null;
    }

    private static async Task<int> DropLateAsync(Transaction transaction, DateTimeOffset now)
    {
        // One that is in a taker's hands is not due: its lease has to end first.
        var dropped = 0;
        foreach (var late in await transaction.Mail.ListLateAsync(now))
        {
            var expired = GivenUp(late, new MailFailure(MailFault.Expired, Status: null, now));
            dropped += await transaction.Mail.TryUpdateAsync(expired, late.Attempts) ? 1 : 0;
        }

        return dropped;
    }

    /// <summary>Its content is erased: it will not be sent.</summary>
    private static MailRecord GivenUp(MailRecord mail, MailFailure failure) => mail with
    {
        Mail = mail.Mail with { ProtectedContent = [] },
        DueAt = null,
        Failure = failure,
        ExpiresAt = failure.At + IMailOutbox.GivenUpKeptFor,
    };
}
