using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Core.Mail;

/// <summary>Mails on their way out, shared by all nodes and by commands.</summary>
public sealed class MailOutbox(Transactions transactions)
{
    /// <summary>How long a mail that could not be delivered is counted before it is deleted.</summary>
    public static readonly TimeSpan GivenUpKeptFor = TimeSpan.FromDays(30);

    /// <summary>What is about one mailbox, or about the time: mail gets out all the same.</summary>
    private static readonly MailFault[] OfOneMail = [MailFault.RecipientRefused, MailFault.Expired];

    /// <summary>Keeps them all, or none; on disk when it returns.</summary>
    public Task EnqueueAsync(IReadOnlyList<OutboxMail> mails, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            transaction =>
            {
                transaction.Keep(mails);
                return Task.CompletedTask;
            },
            cancellationToken);

    /// <summary>
    /// Leases the mail that has been due for longest, of those that soon are of no use first; null when none is due, or others are
    /// taking those that are. A mail is leased to one taker at a time, however many ask, and to none when it is too late for it.
    /// </summary>
    /// <param name="leaseEndsAt">When it is due again if nothing is heard of it.</param>
    public async Task<LeasedMail?> TakeAsync(DateTimeOffset now, DateTimeOffset leaseEndsAt, CancellationToken cancellationToken)
    {
        // Asked every few seconds, and hardly ever is there anything: no write for that.
        return await transactions.ReadAsync(records => records.Mail.AnyDueAsync(now), cancellationToken)
            ? await transactions.WriteAsync(transaction => TakeAsync(transaction, now, leaseEndsAt), cancellationToken)
            : null;
    }

    /// <summary>It is delivered: deletes it.</summary>
    /// <returns>False when the lease was over and another taker has it.</returns>
    public Task<bool> CompleteAsync(LeasedMail mail, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.Mail.TryDeleteAsync(mail.Mail.Id, mail.Attempt), cancellationToken);

    /// <summary>It is due again at a later time, or at the end of its use if that is earlier: then it is dropped.</summary>
    /// <param name="failure">Why it could not be delivered; null where no one tried.</param>
    /// <returns>As <see cref="CompleteAsync"/>.</returns>
    public Task<bool> PostponeAsync(LeasedMail mail, DateTimeOffset dueAt, MailFailure? failure, CancellationToken cancellationToken)
    {
        var due = mail.Mail.DeliverBy is { } end && end < dueAt ? end : dueAt;
        return transactions.WriteAsync(
            async transaction => await transaction.Mail.FindAsync(mail.Mail.Id) is { } kept
                && await transaction.Mail.TryUpdateAsync(kept with { DueAt = due, Failure = failure ?? kept.Failure }, mail.Attempt),
            cancellationToken);
    }

    /// <summary>It will never be delivered: its content is erased, and it counts as given up.</summary>
    /// <returns>As <see cref="CompleteAsync"/>.</returns>
    public Task<bool> GiveUpAsync(LeasedMail mail, MailFailure failure, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction => await transaction.Mail.FindAsync(mail.Mail.Id) is { } kept
                && await transaction.Mail.TryUpdateAsync(GivenUp(kept, failure), mail.Attempt),
            cancellationToken);

    /// <summary>Gives up those that wait and are too late by now (<see cref="OutboxMail.DeliverBy"/>).</summary>
    /// <returns>How many.</returns>
    public async Task<int> DropLateAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // As in TakeAsync: mostly there is nothing.
        return await transactions.ReadAsync(records => records.Mail.AnyDueAsync(now), cancellationToken)
            ? await transactions.WriteAsync(transaction => DropLateAsync(transaction, now), cancellationToken)
            : 0;
    }

    /// <summary>For operators.</summary>
    public Task<UndeliveredMail> CountUndeliveredAsync(CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Mail.CountAsync(), cancellationToken);

    /// <summary>Those that failed and are tried again, and those given up; the latest kept first.</summary>
    /// <param name="after">Only those that stand behind this place in the list; null from its beginning.</param>
    /// <param name="most">How many at most.</param>
    public Task<IReadOnlyList<FailedMail>> ListAsync(FailedMailPlace? after, int most, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Mail.ListAsync(after, most), cancellationToken);

    /// <summary>
    /// Whether mails do not get out: one that failed waits for its next attempt, or one was given up since then. What is about a single
    /// mailbox (<see cref="MailFault.RecipientRefused"/>), or came too late (<see cref="MailFault.Expired"/>), does not count.
    /// </summary>
    public Task<bool> AnyBlockedAsync(DateTimeOffset givenUpSince, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Mail.AnyFailedAsync(OfOneMail, givenUpSince), cancellationToken);

    /// <summary>Makes those due now that failed and wait for their next attempt.</summary>
    /// <param name="dueAfter">Only those whose attempt is later: one that is due sooner may be in a taker's hands.</param>
    /// <param name="entry">Kept with it, unless there is none.</param>
    /// <returns>How many.</returns>
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
        ExpiresAt = failure.At + GivenUpKeptFor,
    };
}
