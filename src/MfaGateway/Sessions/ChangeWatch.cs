using MfaGateway.Core.Storage;

namespace MfaGateway.Sessions;

/// <summary>
/// Knows the store's change mark as it was at most a quarter of a second ago, so that a session ended anywhere
/// (another node, a command) is over here too, without a store round trip on each request.
/// </summary>
/// <remarks>
/// Its clock is the machine's tick count: how often the store is asked is no matter of the product's time, and must go
/// on where that stands still.
/// </remarks>
public sealed class ChangeWatch(IStoreLifecycle store)
{
    private const long FreshMilliseconds = 250;

    private readonly Lock _gate = new();
    private int _generation;
    private long _mark;
    private long _readAtTick = long.MinValue;
    private Task<long>? _reading;

    /// <summary>The mark, read from the store at most 250 ms ago.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be asked: nobody knows who may still pass.</exception>
    public ValueTask<long> GetMarkAsync()
    {
        var readAt = Volatile.Read(ref _readAtTick);
        return readAt != long.MinValue && Environment.TickCount64 - readAt < FreshMilliseconds
            ? new(Volatile.Read(ref _mark))
            : new(ReadAsync());
    }

    /// <summary>Forgets the mark: this process has just changed something, and the next request must see it.</summary>
    public void Invalidate()
    {
        lock (_gate)
        {
            _generation++;
            _reading = null;
            Volatile.Write(ref _readAtTick, long.MinValue);
        }
    }

    private Task<long> ReadAsync()
    {
        lock (_gate)
        {
            // All requests of one moment share one reading.
            if (_reading is null or { IsCompleted: true })
                _reading = ReadStoreAsync(_generation);
            return _reading;
        }
    }

    private async Task<long> ReadStoreAsync(int generation)
    {
        var startedAt = Environment.TickCount64;
        // Not any one request's token: the others wait for this reading as well.
        var mark = await store.ReadChangeMarkAsync(CancellationToken.None);
        lock (_gate)
        {
            // A reading that began before an invalidation may have seen the store as it was before.
            if (generation == _generation)
            {
                Volatile.Write(ref _mark, mark);
                Volatile.Write(ref _readAtTick, startedAt);
            }
        }

        return mark;
    }
}
