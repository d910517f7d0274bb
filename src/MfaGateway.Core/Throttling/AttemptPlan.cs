namespace MfaGateway.Core.Throttling;

/// <summary>Where one answer counts, and what it means for the counts when it is right.</summary>
/// <param name="Buckets">
/// All of them count it, or none. A right answer takes back from each what its part has counted (<see cref="AttemptBucket.PartOf"/>):
/// the attempts made on the way to it. Where there is no part it takes itself back alone.
/// </param>
public sealed record AttemptPlan(IReadOnlyList<AttemptBucket> Buckets)
{
    /// <summary>
    /// Buckets that count the attempt whether or not those of <see cref="Buckets"/> do. Were it otherwise, one could tell a
    /// closed bucket from an open one by how soon these close.
    /// </summary>
    public IReadOnlyList<AttemptBucket> CountedFirst { get; init; } = [];

    /// <summary>Keys of buckets that a right answer empties.</summary>
    public IReadOnlyList<string> Empties { get; init; } = [];
}
