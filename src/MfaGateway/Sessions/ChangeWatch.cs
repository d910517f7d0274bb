using MfaGateway.Core.Storage;

namespace MfaGateway.Sessions;

/// <summary>
/// Knows whose sessions have changed in the store until at most a quarter of a second ago, so that a session ended
/// anywhere (another node, a command) is over here too, without a store round trip on each request.
/// </summary>
/// <remarks>
/// Its clock is the machine's tick count: how often the store is asked is no matter of the product's time, and must go
/// on where that stands still.
/// </remarks>
public sealed class ChangeWatch
{
    private const long FreshMilliseconds = 250;

    private readonly StoreLifecycle _store;
    private readonly Lock _gate = new();
    private int _generation;
    private long _mark;
    private long _readAtTick = long.MinValue;
    private Task? _reading;
    private Action<AccountChanges> _tell = static _ => { };

    public ChangeWatch(StoreLifecycle store)
    {
        _store = store;
        // What this process changes itself is felt by the next request, whichever service or page has done it.
        store.Changed += (_, _) => Invalidate();
    }

    /// <summary>This process has just changed something that nobody here has looked at yet.</summary>
    public event EventHandler? Invalidated;

    /// <summary>Tells what has changed, before <see cref="CatchUpAsync"/> says that all is told. Once at a time.</summary>
    /// <param name="listener">Short, and without a fault. To be given before the first request.</param>
    public void Tell(Action<AccountChanges> listener) => _tell += listener;

    /// <summary>Completes when every change until 250 ms ago, and every one of this process, has been told.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be asked: nobody knows who may still pass.</exception>
    public ValueTask CatchUpAsync()
    {
        var readAt = Volatile.Read(ref _readAtTick);
        return readAt != long.MinValue && Environment.TickCount64 - readAt < FreshMilliseconds ? default : new(ReadAsync());
    }

    private void Invalidate()
    {
        lock (_gate)
        {
            _generation++;
            _reading = null;
            Volatile.Write(ref _readAtTick, long.MinValue);
        }

        Invalidated?.Invoke(this, EventArgs.Empty);
    }

    private Task ReadAsync()
    {
        lock (_gate)
        {
            // All requests of one moment share one reading.
            if (_reading is null or { IsCompleted: true })
                _reading = ReadStoreAsync(_generation, _mark);
            return _reading;
        }
    }

    private async Task ReadStoreAsync(int generation, long since)
    {
        var startedAt = Environment.TickCount64;
        // Not any one request's token: the others wait for this reading as well.
        var changes = await _store.ReadChangesAsync(since, CancellationToken.None);
        lock (_gate)
        {
            if (!changes.IsNone)
                _tell(changes);

            // Of two readings that overlap, the one that ends later must not take back what the other knows.
            if (since == _mark)
                _mark = changes.Mark;

            // A reading that began before an invalidation may have seen the store as it was before.
            if (generation == _generation)
                Volatile.Write(ref _readAtTick, startedAt);
        }
    }
}
