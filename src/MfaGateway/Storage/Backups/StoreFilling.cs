using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Copies;

namespace MfaGateway.Storage.Backups;

/// <summary>Fills an empty store. One that is interrupted stays marked as a part, and nothing opens it.</summary>
internal sealed class StoreFilling(StoreServices stores)
{
    private readonly StoreWriting _writing = new(stores.Transactions);

    /// <param name="progress">Hears how many items are written.</param>
    /// <exception cref="StoreRefusedException">The store was not empty, or an item contradicts what is there.</exception>
    /// <exception cref="StoreUnavailableException">The store can't be written.</exception>
    public async Task RunAsync(IAsyncEnumerable<KeptItem> items, Action<long> progress, CancellationToken cancellationToken)
    {
        await stores.Lifecycle.BeginFillingAsync(cancellationToken);
        var written = 0L;
        await foreach (var batch in items.Chunk(StoreWriting.Batch).WithCancellation(cancellationToken))
        {
            await _writing.WriteAsync(batch, cancellationToken);
            written += batch.Length;
            progress(written);
        }

        await stores.Lifecycle.EndFillingAsync(cancellationToken);
    }
}
