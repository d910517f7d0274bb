namespace MfaGateway.Core.Mail;

/// <summary>A mail that was not delivered (yet).</summary>
/// <param name="AccountId">Whom it is about; the account may be gone.</param>
/// <param name="Kind">A name of <see cref="NoticeKind"/>, or of a newer program's.</param>
/// <param name="Attempts">How many there were.</param>
/// <param name="NextAttemptAt">Null when it was given up.</param>
/// <param name="Failure">Why the last attempt failed; null for one that was given up by a version that did not keep it.</param>
public sealed record FailedMail(
    string Id, string AccountId, string Kind, DateTimeOffset QueuedAt, int Attempts, DateTimeOffset? NextAttemptAt, MailFailure? Failure);
