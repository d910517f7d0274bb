namespace MfaGateway.Core.Mail;

/// <summary>A mail as it waits in the store: whom it is about can be read, what it says can't.</summary>
/// <param name="Id">See <see cref="Storage.Identifiers"/>; the mail's own for good, so that a second delivery is known as one.</param>
/// <param name="AccountId">Whom it is about.</param>
/// <param name="Kind">A name of <see cref="NoticeKind"/>; one that this program does not know is possible while nodes are upgraded.</param>
/// <param name="ProtectedContent">A <see cref="NoticeMail"/>, encrypted for this row; see <see cref="MailContents"/>.</param>
public sealed record OutboxMail(string Id, string AccountId, string Kind, byte[] ProtectedContent, DateTimeOffset QueuedAt)
{
    /// <summary>From then on it must not be sent any more; null for what is worth knowing however late.</summary>
    public DateTimeOffset? DeliverBy { get; init; }

    /// <summary>Not to be sent before; null for at once.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether it takes the place of those of its kind for its account that are not due yet.</summary>
    public bool ReplacesWaiting { get; init; }
}

/// <summary>A mail that this taker alone delivers, until its lease ends.</summary>
/// <param name="Attempt">1 for the first; tells one taker's lease from the next one's.</param>
/// <param name="LeaseEndsAt">From then on somebody else may take it.</param>
public sealed record LeasedMail(OutboxMail Mail, int Attempt, DateTimeOffset LeaseEndsAt);

/// <param name="Waiting">To be delivered, now or at a next attempt.</param>
/// <param name="GivenUp">Not delivered after all attempts, kept for <see cref="MailOutbox.GivenUpKeptFor"/>.</param>
public sealed record UndeliveredMail(long Waiting, long GivenUp);
