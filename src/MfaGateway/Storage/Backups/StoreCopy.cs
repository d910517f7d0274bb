using System.Runtime.CompilerServices;
using MfaGateway.Configuration;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Copies;

namespace MfaGateway.Storage.Backups;

/// <summary>
/// Moves everything from one engine into the one that is configured, in the same data directory with the same key ring. The old store stays as it
/// is. The data directory belongs to the new one only once what was written has been read back and is the same.
/// </summary>
internal sealed class StoreCopy(GatewayOptions options)
{
    private readonly DataDirectory _directory = new(options.DataDirectory);

    /// <returns>How many items of each kind.</returns>
    /// <exception cref="StoreRefusedException">The directory is not of that engine, the new store is not empty, or something changed meanwhile.</exception>
    public async Task<IReadOnlyDictionary<string, long>> RunAsync(StoreOptions from, Action<long> progress, CancellationToken cancellationToken)
    {
        if (_directory.ReadNote()?.Provider is var owner && owner != from.Provider.ToString())
            throw new StoreRefusedException($"{_directory.Root} belongs to {(owner is null ? "no store" : $"a store of {owner}")}, not to one of {from.Provider}.");

        // No gateway serves meanwhile, neither from the old nor from the new one.
        using var serving = ServingLock.Take(_directory.LockFile);
        var written = new StoreDigest();
        await using (var source = await OpenAsync(from, cancellationToken))
        await using (var target = Make(options.Store))
        {
            await new StoreFilling(target).RunAsync(ReadAsync(source, written, cancellationToken), progress, cancellationToken);
            await CompareAsync(source, written, "The store was used while it was copied: stop every gateway and command, and begin anew.", cancellationToken);
            await CompareAsync(target, written, "What was written is not what was read: the copy can't be used.", cancellationToken);
        }

        await using var adopted = await GatewayStore.AdoptAsync(options, cancellationToken);
        return written.Counts;
    }

    private StoreServices Make(StoreOptions store) => new(StoreEngine.Of(store).Make(_directory, store));

    private async Task<StoreServices> OpenAsync(StoreOptions store, CancellationToken cancellationToken)
    {
        var stores = Make(store);
        try
        {
            await stores.Lifecycle.OpenAsync(mayCreate: false, cancellationToken);
            return stores;
        }
        catch
        {
            await stores.DisposeAsync();
            throw;
        }
    }

    private static async IAsyncEnumerable<KeptItem> ReadAsync(
        StoreServices stores, StoreDigest digest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in new StoreReading(stores.Transactions, CopyExtent.Everything).ReadAsync(cancellationToken))
        {
            digest.Add(item);
            yield return item;
        }
    }

    private static async Task CompareAsync(StoreServices stores, StoreDigest expected, string fault, CancellationToken cancellationToken)
    {
        var found = new StoreDigest();
        await foreach (var item in ReadAsync(stores, found, cancellationToken))
            _ = item;
        if (!found.Equals(expected))
            throw new StoreRefusedException($"{fault} ({stores.Engine.Location})");
    }
}
