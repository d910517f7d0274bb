using Microsoft.Extensions.Time.Testing;

namespace MfaGateway.TestKit;

/// <summary>
/// A clock that changes only when a test moves it. Timers and timestamps are those of the machine, unlike those of
/// <see cref="FakeTimeProvider"/>: a whole gateway has work in the background and time-outs of real sockets, which must proceed
/// while the clock does not.
/// </summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <summary>Starts at the beginning of a TOTP step, so that a test knows how far the next one is.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => System.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime, period);

    /// <summary>A clock that was set back, which <see cref="FakeTimeProvider.Advance"/> refuses to do.</summary>
    public void SetBack(TimeSpan by) => AdjustTime(GetUtcNow() - by);
}
