using MfaGateway.Core.Storage;

namespace MfaGateway.Health;

/// <summary>
/// Whether the store persists, found out by writing to it: at most once a second, however many ask, since anybody may.
/// </summary>
internal sealed class StoreProbe(IStoreLifecycle store, TimeProvider time, ILogger<StoreProbe> logger)
{
    private const long SharedMilliseconds = 1000;

    private readonly Lock _gate = new();
    private Task<bool>? _probe;
    private long _startedAtTick;

    public Task<bool> PersistsAsync()
    {
        lock (_gate)
        {
            // The machine's tick count, as in ChangeWatch: how often the store is asked is no matter of the product's time.
            if (_probe is null || (_probe.IsCompleted && Environment.TickCount64 - _startedAtTick >= SharedMilliseconds))
            {
                _startedAtTick = Environment.TickCount64;
                // Not on this thread, which holds the lock: SQLite may keep it waiting for seconds.
                _probe = Task.Run(ProbeAsync);
            }

            return _probe;
        }
    }

    private async Task<bool> ProbeAsync()
    {
        try
        {
            await store.ProbeAsync(time.GetUtcNow(), CancellationToken.None);
            return true;
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreRefusedException)
        {
            Log.NotReady(logger, fault);
            return false;
        }
    }
}
