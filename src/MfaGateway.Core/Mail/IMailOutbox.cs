namespace MfaGateway.Core.Mail;

/// <summary>
/// Mails on their way out, shared by all nodes and by commands. Each is delivered at least once: twice only where a
/// taker ended between delivering a mail and saying so, or took longer than its lease.
/// </summary>
public interface IMailOutbox
{
    /// <summary>How long a mail that could not be delivered is counted before it is deleted.</summary>
    static readonly TimeSpan GivenUpKeptFor = TimeSpan.FromDays(30);

    /// <summary>Keeps them all, or none; on disk when it returns.</summary>
    Task EnqueueAsync(IReadOnlyList<OutboxMail> mails, CancellationToken cancellationToken);

    /// <summary>
    /// Leases the mail that has been due for longest, of those that soon are of no use first; null when none is due, or others are
    /// taking those that are. A mail is leased to one taker at a time, however many ask, and to nobody when it is too late for it.
    /// </summary>
    /// <param name="leaseEndsAt">When it is due again if nothing is heard of it.</param>
    Task<LeasedMail?> TakeAsync(DateTimeOffset now, DateTimeOffset leaseEndsAt, CancellationToken cancellationToken);

    /// <summary>It is delivered: deletes it.</summary>
    /// <returns>False when the lease was over and somebody else took it meanwhile.</returns>
    Task<bool> CompleteAsync(LeasedMail mail, CancellationToken cancellationToken);

    /// <summary>It is due again at a later time, or at the end of its use if that is earlier: then it is dropped.</summary>
    /// <param name="failure">Why it could not be delivered; null where nobody tried.</param>
    /// <returns>As <see cref="CompleteAsync"/>.</returns>
    Task<bool> PostponeAsync(LeasedMail mail, DateTimeOffset dueAt, MailFailure? failure, CancellationToken cancellationToken);

    /// <summary>It will never be delivered: its content is erased, and it counts as given up.</summary>
    /// <returns>As <see cref="CompleteAsync"/>.</returns>
    Task<bool> GiveUpAsync(LeasedMail mail, MailFailure failure, CancellationToken cancellationToken);

    /// <summary>Gives up those that wait and are too late by now (<see cref="OutboxMail.DeliverBy"/>).</summary>
    /// <returns>How many.</returns>
    Task<int> DropLateAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>For whoever looks after the gateway.</summary>
    Task<UndeliveredMail> CountUndeliveredAsync(CancellationToken cancellationToken);
}
