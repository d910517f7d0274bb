using MfaGateway.Configuration;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Copies;

namespace MfaGateway.Storage.Backups;

/// <summary>
/// Makes a store of a backup, in a data directory that has none. The backup is read twice: once whole, so that an edited one is refused before
/// anything is written, and once to write it.
/// </summary>
internal sealed class StoreRestore(GatewayOptions options, TimeProvider time)
{
    private readonly DataDirectory _directory = new(options.DataDirectory);

    /// <returns>How many accounts there are.</returns>
    /// <exception cref="InvalidDataException">The file is no backup, was edited or cut, or the key is another one.</exception>
    /// <exception cref="StoreRefusedException">There is a store already.</exception>
    public async Task<int> RunAsync(string path, BackupKey key, Action<long> progress, CancellationToken cancellationToken)
    {
        var contents = BackupContents.Of(path, key);
        RefuseOccupied();
        _directory.Create();
        foreach (var file in contents.KeyFiles)
            await WriteKeyAsync(file, cancellationToken);

        var now = time.GetUtcNow();
        await using (var stores = new StoreServices(StoreEngine.Of(options.Store).Make(_directory, options.Store)))
        {
            var items = contents.ReadLatest(path, key).Select(item => RestoreRules.Of(item, now)).OfType<KeptItem>();
            await new StoreFilling(stores).RunAsync(items.ToAsyncEnumerable(), progress, cancellationToken);
        }

        await using var store = await GatewayStore.AdoptAsync(options, cancellationToken);
        await store.Stores.Audit.AppendAsync(
            new AuditEntry(
                now, AuditEvents.StoreRestored, AccountId: null, Actor.Command.Name, ClientAddress: null, Succeeded: true,
                $"of {Path.GetFileName(path)}, entries up to {contents.LastEntry}"),
            cancellationToken);
        return contents.Accounts;
    }

    private void RefuseOccupied()
    {
        var engine = StoreEngine.Of(options.Store);
        var isThere = _directory.ReadNote() is not null || _directory.HasKeys || (engine.FileIn(_directory) is { } file && File.Exists(file));
        if (isThere)
        {
            throw new StoreRefusedException(
                $"{_directory.Root} holds a store, or a part of one. Nothing was changed. Stop the gateway, move that directory away, and run this again.");
        }
    }

    private async Task WriteKeyAsync(KeptKeyFile file, CancellationToken cancellationToken)
    {
        await using var written = new FileStream(Path.Combine(_directory.Keys.FullName, Path.GetFileName(file.Name)), OwnerOnly.New());
        await written.WriteAsync(file.Content, cancellationToken);
        written.Flush(flushToDisk: true);
    }
}
