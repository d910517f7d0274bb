using MfaGateway.Core.Mail;

namespace MfaGateway.Core.Storage.Records;

/// <summary>Mails on their way out, and those given up. They refer to no account: a mail outlives the account it is about.</summary>
public interface IMailRecords
{
    Task AddAsync(OutboxMail mail);

    Task<MailRecord?> FindAsync(string id);

    /// <summary>Whether a mail is due at this time.</summary>
    Task<bool> AnyDueAsync(DateTimeOffset now);

    /// <summary>
    /// The mail to deliver next, held until the transaction ends: of those that are due and not too late, the one that has been due for longest, of
    /// those that have an end before the others. One that another transaction holds is passed over.
    /// </summary>
    Task<MailRecord?> FindDueAsync(DateTimeOffset now);

    /// <summary>Those that are due and too late by now (<see cref="OutboxMail.DeliverBy"/>); those that another transaction holds are passed over.</summary>
    Task<IReadOnlyList<MailRecord>> ListLateAsync(DateTimeOffset now);

    /// <summary>Those that wait for another attempt after one that failed, due after this time; those that another transaction holds are passed over.</summary>
    Task<IReadOnlyList<MailRecord>> ListFailedAsync(DateTimeOffset dueAfter);

    /// <summary>Those of a kind for an account that were never taken and are due after this time.</summary>
    Task<IReadOnlyList<MailRecord>> ListUntouchedAsync(string accountId, string kind, DateTimeOffset dueAfter);

    /// <summary>Writes a mail anew if it is not given up and the number of its attempts is still this one.</summary>
    /// <returns>Whether it was so; of many at once, one returns true.</returns>
    Task<bool> TryUpdateAsync(MailRecord wanted, int attempts);

    /// <summary>Deletes a mail under the same condition.</summary>
    Task<bool> TryDeleteAsync(string id, int attempts);

    /// <summary>Deletes every mail about an account, waiting or given up.</summary>
    Task DeleteAllAsync(string accountId);

    Task<UndeliveredMail> CountAsync();

    /// <summary>Those that failed and are tried again, and those given up; the latest kept first, then by id.</summary>
    /// <param name="after">Only those behind this place; null from the beginning.</param>
    /// <param name="count">How many at most; 1 or more.</param>
    Task<IReadOnlyList<FailedMail>> ListAsync(FailedMailPlace? after, int count);

    /// <summary>Whether there is one that failed by another fault than these, and that waits or was given up since this time.</summary>
    Task<bool> AnyFailedAsync(IReadOnlyList<MailFault> except, DateTimeOffset givenUpSince);

    /// <summary>All mails, in the engine's order of their ids.</summary>
    /// <param name="after">Only ids behind this one; empty from the beginning.</param>
    /// <param name="count">How many at most; 1 to 500.</param>
    Task<IReadOnlyList<MailRecord>> ListAllAsync(string after, int count);
}

/// <summary>A mail as it is kept.</summary>
/// <param name="Attempts">How often it was taken for delivery.</param>
/// <param name="DueAt">When it is taken next; null when it is given up.</param>
/// <param name="Failure">Why the last attempt failed; null where none did.</param>
/// <param name="ExpiresAt">When one that was given up is deleted.</param>
public sealed record MailRecord(OutboxMail Mail, int Attempts, DateTimeOffset? DueAt, MailFailure? Failure, DateTimeOffset? ExpiresAt);
