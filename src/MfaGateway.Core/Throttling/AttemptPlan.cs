namespace MfaGateway.Core.Throttling;

/// <summary>Where one answer counts, and what it means for the counts when it is right.</summary>
/// <param name="Buckets">All of them count it, or none.</param>
public sealed record AttemptPlan(IReadOnlyList<AttemptBucket> Buckets)
{
    /// <summary>
    /// Buckets that count the attempt whether or not those of <see cref="Buckets"/> do. Were it otherwise, one could tell a
    /// closed bucket from an open one by how soon these close.
    /// </summary>
    public IReadOnlyList<AttemptBucket> CountedFirst { get; init; } = [];

    /// <summary>
    /// The limit whose count tells how many attempts a right answer takes back from all of <see cref="Buckets"/>: those made on the way
    /// to it. Null takes back the right answer alone.
    /// </summary>
    public AttemptLimit? TakesBack { get; init; }

    /// <summary>Keys of buckets that a right answer empties.</summary>
    public IReadOnlyList<string> Empties { get; init; } = [];
}
