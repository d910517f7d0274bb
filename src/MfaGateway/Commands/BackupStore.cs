using System.Runtime.CompilerServices;
using MfaGateway.Core.Storage.Copies;
using MfaGateway.Storage;
using MfaGateway.Storage.Backups;

namespace MfaGateway.Commands;

/// <summary><c>store backup</c></summary>
internal static class BackupStore
{
    public static Task<int> RunAsync(Launch launch, string path, string keyPath, bool json, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(launch, mayCreate: false, store => RunAsync(store, FullPath(path), FullPath(keyPath), json, cancellationToken), cancellationToken);

    private static string FullPath(string path) => CommandConsole.Current.FullPath(path);

    private static async Task<int> RunAsync(CommandStore store, string path, string keyPath, bool json, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
            return await CommandStore.FailAsync($"{path} is there already. Nothing was written: name another file.");

        var isNewKey = !File.Exists(keyPath);
        try
        {
            var key = isNewKey ? BackupKey.Make(keyPath) : BackupKey.Read(keyPath);
            var digest = new StoreDigest();
            await BackupFile.WriteAsync(path, key, ReadAsync(store, digest, cancellationToken), cancellationToken);
            await PrintAsync(new ShownBackup(path, isNewKey ? keyPath : null, digest.Counts), json);
            return ExitCodes.Done;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return await CommandStore.FailAsync($"No backup was written. {fault.Message}");
        }
    }

    private static async IAsyncEnumerable<KeptItem> ReadAsync(
        CommandStore store, StoreDigest digest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in store.Store.Directory.Keys.EnumerateFiles("*.xml").OrderBy(file => file.Name, StringComparer.Ordinal))
            yield return new KeptKeyFile(file.Name, await File.ReadAllBytesAsync(file.FullName, cancellationToken));

        var progress = new Progress("read");
        await foreach (var item in new StoreReading(store.Stores.Transactions, CopyExtent.Lasting).ReadAsync(cancellationToken))
        {
            digest.Add(item);
            progress.Count();
            yield return item;
        }
    }

    private static async Task PrintAsync(ShownBackup backup, bool json)
    {
        if (json)
        {
            await Output.WriteJsonAsync(backup);
            return;
        }

        await CommandConsole.Current.Out.WriteLineAsync($"{backup.File} holds {Counts.Describe(backup.Items)}.");
        if (backup.NewKeyFile is { } key)
            await CommandConsole.Current.Out.WriteLineAsync($"Its key is new, in {key}. Keep a copy of it away from here: without it the backup is worth nothing.");
    }

    /// <summary>The names of the JSON are part of the contract with scripts.</summary>
    private sealed record ShownBackup(string File, string? NewKeyFile, IReadOnlyDictionary<string, long> Items);
}
