namespace MfaGateway.Core.Throttling;

/// <summary>Counters of attempts: counted before anything is compared, durable, shared by every node on the store.</summary>
public interface IAttemptStore
{
    /// <summary>
    /// Counts one attempt in every bucket, or in none if any of them is full; one transaction, on disk before it answers.
    /// A bucket whose window is over starts anew.
    /// </summary>
    Task<AttemptReservation> TryReserveAttemptAsync(
        IReadOnlyList<AttemptBucket> buckets, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes one attempt back from the given buckets: the answer was right. Never below zero.</summary>
    Task ReleaseAttemptAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>Forgets the given buckets.</summary>
    Task ClearAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken);
}

/// <summary>Something that may be tried so many times in so much time.</summary>
/// <param name="Key">What is counted, e.g. <c>flow/{id}/second-factor</c>; at most 200 characters.</param>
/// <param name="Limit">Attempts granted in one window; 1 or more.</param>
/// <param name="Window">The time from the first attempt after which the bucket starts anew.</param>
public sealed record AttemptBucket(string Key, int Limit, TimeSpan Window);

/// <summary>What came of asking for an attempt.</summary>
public abstract record AttemptReservation
{
    private AttemptReservation()
    {
    }

    /// <param name="Remaining">The fewest attempts left in any of the buckets after this one.</param>
    public sealed record Granted(int Remaining) : AttemptReservation;

    /// <param name="Key">The bucket that was full.</param>
    /// <param name="RetryAt">When its window is over.</param>
    public sealed record Refused(string Key, DateTimeOffset RetryAt) : AttemptReservation;
}
