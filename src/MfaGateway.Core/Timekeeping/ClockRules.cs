namespace MfaGateway.Core.Timekeeping;

/// <summary>When a clock can be relied on, and what may be called fresh by it. Pure.</summary>
public static class ClockRules
{
    /// <summary>
    /// How far clocks may differ: a node's from the latest time that any node has seen, and what is stored from the node that
    /// reads it. Twice the drift that codes are allowed and a half, so that well-kept clocks never meet it.
    /// </summary>
    public static readonly TimeSpan MaxBehind = TimeSpan.FromSeconds(90);

    /// <summary>The latest time is written in steps of this length, so that it does not cost a commit per request.</summary>
    public static readonly TimeSpan MarkStep = TimeSpan.FromSeconds(10);

    /// <summary>How far a clock is behind the latest time that was seen; null while that is within <see cref="MaxBehind"/>.</summary>
    public static TimeSpan? Behind(DateTimeOffset mark, DateTimeOffset now) => mark - now > MaxBehind ? mark - now : null;

    /// <summary>Whether what happened at this time lies so far ahead that the clock must have been set back: its age says nothing.</summary>
    public static bool IsAhead(DateTimeOffset at, DateTimeOffset now) => at - now > MaxBehind;

    /// <summary>Whether something is no older than this. What lies ahead is never fresh where age matters.</summary>
    /// <param name="maxAge">Null where age does not matter.</param>
    public static bool IsFresh(DateTimeOffset at, TimeSpan? maxAge, DateTimeOffset now) =>
        maxAge is null || (!IsAhead(at, now) && now - at <= maxAge);
}
