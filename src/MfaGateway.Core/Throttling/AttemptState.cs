namespace MfaGateway.Core.Throttling;

/// <summary>What a bucket has counted.</summary>
/// <param name="WindowEndsAt">When it starts anew; while it is closed, when it opens.</param>
/// <param name="Window">Which window it is, a number that grows, so that what was counted in one is not taken back from another.</param>
/// <param name="CoolDowns">How many times in succession it was closed; see <see cref="AttemptBucket.LongestCoolDown"/>.</param>
public readonly record struct AttemptState(int Attempts, DateTimeOffset WindowEndsAt, bool Closed, int CoolDowns, long Window)
{
    /// <summary>Later than any clock: for a bucket that stays closed until it is emptied.</summary>
    public static readonly DateTimeOffset Never = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A bucket in which nothing was counted yet.</summary>
    public static AttemptState Empty { get; } = new(0, DateTimeOffset.UnixEpoch, Closed: false, CoolDowns: 0, Window: 0);
}
