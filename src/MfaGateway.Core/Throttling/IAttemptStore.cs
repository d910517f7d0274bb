using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Throttling;

/// <summary>Counters of attempts: counted before anything is compared, durable, shared by every node on the store.</summary>
public interface IAttemptStore
{
    /// <summary>
    /// Counts one attempt in every bucket, or in none if any of them is closed, by <see cref="AttemptRules"/>; one
    /// transaction, on disk before it answers.
    /// </summary>
    Task<AttemptReservation> TryReserveAttemptAsync(
        IReadOnlyList<AttemptBucket> buckets, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes attempts back from buckets that counted them, and empties others: the answer was right.</summary>
    /// <param name="counted">From a reservation; <see cref="CountedAttempt.Own"/> says how many of each, never below zero.</param>
    /// <param name="emptied">Keys of buckets to forget.</param>
    Task ReleaseAttemptAsync(
        IReadOnlyList<CountedAttempt> counted, IReadOnlyList<string> emptied, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    Task ReleaseAttemptAsync(
        IReadOnlyList<CountedAttempt> counted, IReadOnlyList<string> emptied, AuditEntry? entry, DateTimeOffset now,
        CancellationToken cancellationToken);

    /// <summary>The buckets of an account that are closed now, the latest to open first.</summary>
    Task<IReadOnlyList<AccountLock>> FindLocksAsync(string accountId, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>One attempt as a bucket has counted it.</summary>
public sealed record CountedAttempt(AttemptBucket Bucket, AttemptState State)
{
    /// <summary>How many of the bucket's attempts are taken back if the answer is right.</summary>
    public int Own { get; init; } = 1;

    /// <summary>Attempts left before the bucket closes.</summary>
    public int Remaining => State.Closed ? 0 : Bucket.Limit - State.Attempts;
}

/// <summary>What came of asking for an attempt.</summary>
public abstract record AttemptReservation
{
    private AttemptReservation()
    {
    }

    public sealed record Granted(IReadOnlyList<CountedAttempt> Counted) : AttemptReservation;

    /// <param name="Bucket">The one that was closed; of several the one that opens last.</param>
    /// <param name="RetryAt">When it opens; null when it does not open by itself.</param>
    public sealed record Refused(AttemptBucket Bucket, DateTimeOffset? RetryAt) : AttemptReservation;
}
