namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>A clock that a test moves; it starts at the real time, for verifiers that look at their own.</summary>
internal sealed class TestClock : TimeProvider
{
    private long offset;

    public void Advance(TimeSpan by) => Interlocked.Add(ref offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref offset));
}
