using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Throttling;

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
