namespace MfaGateway.Core.Throttling;

/// <summary>How a bucket counts. Pure: its state, the limit and the time go in, the next state comes out.</summary>
/// <remarks>
/// A bucket grants so many attempts from the first one on. The one that fills it closes it, for the length of its window or
/// (doubling) for twice as long as the last time. What is right afterwards is taken back, and only that: wrong answers of
/// somebody else stay counted, however often the owner comes and goes.
/// </remarks>
public static class AttemptRules
{
    /// <summary>Counts one attempt; null when none is granted.</summary>
    public static AttemptState? TryCount(AttemptState state, AttemptBucket bucket, DateTimeOffset now)
    {
        var open = state.WindowEndsAt <= now ? Reopen(state, bucket, now) : state;
        if (open.Closed)
            return null;

        var counted = open with
        {
            Attempts = open.Attempts + 1,
            WindowEndsAt = open.Attempts == 0 ? now + bucket.Window : open.WindowEndsAt,
        };
        return counted.Attempts < bucket.Limit ? counted : Close(counted, bucket, now);
    }

    /// <summary>A part as it is when its whole counts in this window: empty, unless it has counted in the same one before.</summary>
    public static AttemptState Within(AttemptState whole, AttemptState part, AttemptBucket bucket, DateTimeOffset now) =>
        part.Window == whole.Window && part.WindowEndsAt > now
            ? part
            : new AttemptState(0, now + bucket.Window, Closed: false, CoolDowns: 0, whole.Window);

    /// <summary>Takes attempts back that turned out not to be guesses.</summary>
    /// <param name="window">The window in which they were counted; in another one there is nothing to take back.</param>
    public static AttemptState Release(AttemptState state, AttemptBucket bucket, long window, int attempts, DateTimeOffset now)
    {
        if (state.Window != window || state.WindowEndsAt <= now)
            return state;

        var left = Math.Max(0, state.Attempts - attempts);
        if (!state.Closed)
            return state with { Attempts = left };

        return left >= bucket.Limit
            ? state with { Attempts = left }
            : state with
            {
                Attempts = left,
                Closed = false,
                CoolDowns = Math.Max(0, state.CoolDowns - 1),
                WindowEndsAt = now + bucket.Window,
            };
    }

    /// <summary>From when on nothing of this state matters any more.</summary>
    public static DateTimeOffset ForgetAt(AttemptState state, AttemptBucket bucket) =>
        state.WindowEndsAt == AttemptState.Never || bucket.LongestCoolDown is not { } longest
            ? state.WindowEndsAt
            : state.WindowEndsAt + longest;

    /// <summary>How long a bucket stays closed that was closed so many times before in succession.</summary>
    public static TimeSpan CoolDown(AttemptBucket bucket, int coolDowns)
    {
        if (bucket.LongestCoolDown is not { } longest)
            return bucket.Window;

        var coolDown = bucket.Window;
        for (var i = 0; i < coolDowns && coolDown < longest; i++)
            coolDown *= 2;
        return coolDown < longest ? coolDown : longest;
    }

    private static AttemptState Reopen(AttemptState state, AttemptBucket bucket, DateTimeOffset now)
    {
        var quiet = bucket.LongestCoolDown is not { } longest || now - state.WindowEndsAt >= longest;
        // Named by the time, so that a bucket that was emptied does not begin a window of which somebody has counted a part before.
        var window = Math.Max(state.Window + 1, now.ToUnixTimeMilliseconds());
        return new AttemptState(0, now, Closed: false, quiet ? 0 : state.CoolDowns, window);
    }

    private static AttemptState Close(AttemptState state, AttemptBucket bucket, DateTimeOffset now) => state with
    {
        Closed = true,
        WindowEndsAt = bucket.Suspends ? AttemptState.Never : now + CoolDown(bucket, state.CoolDowns),
        CoolDowns = bucket.LongestCoolDown is null ? 0 : state.CoolDowns + 1,
    };
}
