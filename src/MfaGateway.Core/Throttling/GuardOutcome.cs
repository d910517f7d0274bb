using MfaGateway.Core.Factors;

namespace MfaGateway.Core.Throttling;

/// <summary>What came of a guarded check.</summary>
public abstract record GuardOutcome
{
    private GuardOutcome()
    {
    }

    public sealed record Passed(Proof Proof) : GuardOutcome;

    /// <param name="Counted">The wrong answer as each of its buckets has counted it.</param>
    public sealed record Failed(FactorVerdict Verdict, IReadOnlyList<CountedAttempt> Counted) : GuardOutcome
    {
        /// <summary>The same of the buckets that count whatever the others do.</summary>
        public IReadOnlyList<CountedAttempt> CountedFirst { get; init; } = [];

        /// <summary>Attempts left before the narrowest limit closes.</summary>
        public int Remaining => Counted.Count == 0 ? int.MaxValue : Counted.Min(one => one.Remaining);

        /// <summary>Of the buckets that this answer has closed the one that opens last.</summary>
        public CountedAttempt? Closed => Counted.Where(one => one.State.Closed).MaxBy(one => one.State.WindowEndsAt);
    }

    /// <summary>No attempt was granted, and nothing compared.</summary>
    /// <param name="RetryAt">When one is granted again; null when that takes somebody's help.</param>
    public sealed record Limited(AttemptLimit Limit, DateTimeOffset? RetryAt) : GuardOutcome
    {
        /// <summary>The buckets that have counted the attempt nevertheless.</summary>
        public IReadOnlyList<CountedAttempt> CountedFirst { get; init; } = [];
    }
}
