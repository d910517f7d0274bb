using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Mail;

/// <summary>Mails that failed, for whoever looks after the gateway. None of them shows what it says or where it goes.</summary>
public interface IFailedMails
{
    /// <summary>Those that failed and are tried again, and those given up; the latest kept first.</summary>
    /// <param name="after">Only those that stand behind this place in the list; null from its beginning.</param>
    /// <param name="most">How many at most.</param>
    Task<IReadOnlyList<FailedMail>> ListAsync(FailedMailPlace? after, int most, CancellationToken cancellationToken);

    /// <summary>
    /// Whether mails do not get out: one that failed waits for its next attempt, or one was given up since then. What is about a single
    /// mailbox (<see cref="MailFault.RecipientRefused"/>), or came too late (<see cref="MailFault.Expired"/>), does not count.
    /// </summary>
    Task<bool> AnyBlockedAsync(DateTimeOffset givenUpSince, CancellationToken cancellationToken);

    /// <summary>Makes those due now that failed and wait for their next attempt.</summary>
    /// <param name="dueAfter">Only those whose attempt is later: one that is due sooner may be in somebody's hands.</param>
    /// <param name="entry">Kept with it, unless there is none.</param>
    /// <returns>How many.</returns>
    Task<int> RetryAllAsync(DateTimeOffset now, DateTimeOffset dueAfter, AuditEntry entry, CancellationToken cancellationToken);
}
