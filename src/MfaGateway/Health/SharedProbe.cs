namespace MfaGateway.Health;

/// <summary>Something that is found out at most once a second, however many ask, since anybody may.</summary>
internal sealed class SharedProbe(Func<Task<bool>> probe)
{
    private const long SharedMilliseconds = 1000;

    private readonly Lock _gate = new();
    private Task<bool>? _latest;
    private long _startedAtTick;

    public Task<bool> AskAsync()
    {
        lock (_gate)
        {
            // The machine's tick count, as in ChangeWatch: how often it is asked is no matter of the product's time.
            if (_latest is null || (_latest.IsCompleted && Environment.TickCount64 - _startedAtTick >= SharedMilliseconds))
            {
                _startedAtTick = Environment.TickCount64;
                // Not on this thread, which holds the lock: SQLite may keep it waiting for seconds.
                _latest = Task.Run(probe);
            }

            return _latest;
        }
    }
}
