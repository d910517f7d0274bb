using System.Security.Cryptography;
using System.Text;
using MfaGateway.Configuration;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql;
using Microsoft.AspNetCore.DataProtection;

namespace MfaGateway.Storage;

/// <summary>
/// The store and the key ring, opened together or not at all. What was there before and is not there now is never
/// made anew in silence: an empty store would turn everyone into "not enrolled", a new key ring makes every secret unreadable.
/// </summary>
public sealed class GatewayStore : IAsyncDisposable
{
    /// <summary>Part of every derived key: other programs on a shared key ring can't read what is ours.</summary>
    public const string ApplicationName = "MfaGateway";

    private const string StoreIdFact = "store-id";
    private const string KeyCheckFact = "key-check";
    private static readonly byte[] KeyCheckText = "The key ring opens this store."u8.ToArray();

    private readonly ServingLock? _lock;

    private GatewayStore(DataDirectory directory, SqlStore sql, IDataProtectionProvider dataProtection, ServingLock? servingLock)
    {
        Directory = directory;
        Sql = sql;
        DataProtection = dataProtection;
        Secrets = new DataProtectionSecrets(dataProtection);
        _lock = servingLock;
    }

    public DataDirectory Directory { get; }

    public SqlStore Sql { get; }

    public IDataProtectionProvider DataProtection { get; }

    public ISecretProtector Secrets { get; }

    /// <summary>Opens the store for serving (embedded: alone) or for a command (beside a server).</summary>
    /// <exception cref="StoreRefusedException">It must not be served from; the message says why and what to do.</exception>
    /// <exception cref="StoreUnavailableException">It can't be reached.</exception>
    public static async Task<GatewayStore> OpenAsync(GatewayOptions options, bool serving, CancellationToken cancellationToken)
    {
        var directory = new DataDirectory(options.DataDirectory);
        directory.Create();
        var embedded = options.Store.Provider == StoreProvider.Sqlite;
        var servingLock = serving && embedded ? ServingLock.Take(directory.LockFile) : null;
        var sql = embedded ? SqlStore.Sqlite(directory.SqliteFile) : SqlStore.PostgreSql(options.Store.ConnectionString!);
        try
        {
            var note = directory.ReadNote();
            RefuseOtherProvider(directory, note, options.Store.Provider);
            await sql.Lifecycle.OpenAsync(mayCreate: note is null, cancellationToken);

            var dataProtection = await OpenKeyRingAsync(directory, sql, cancellationToken);
            await IdentifyAsync(directory, sql, note, options.Store.Provider, cancellationToken);
            return new GatewayStore(directory, sql, dataProtection, servingLock);
        }
        catch
        {
            await sql.DisposeAsync();
            servingLock?.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Sql.DisposeAsync();
        _lock?.Dispose();
    }

    private static void RefuseOtherProvider(DataDirectory directory, StoreNote? note, StoreProvider provider)
    {
        if (note is not null && note.Provider != provider.ToString())
        {
            throw new StoreRefusedException(
                $"{directory.Root} belongs to a store of {note.Provider}, but MfaGateway:Store:Provider is {provider}. "
                + "Set it back, or give the new store a data directory of its own with a copy of this one's keys.");
        }
    }

    private static async Task<IDataProtectionProvider> OpenKeyRingAsync(
        DataDirectory directory, SqlStore sql, CancellationToken cancellationToken)
    {
        var check = await sql.Lifecycle.FindFactAsync(KeyCheckFact, cancellationToken);
        if (check is not null && !directory.HasKeys)
            throw KeyRingRefused(directory, "is missing or empty", fault: null);

        var provider = DataProtectionProvider.Create(directory.Keys, builder => builder.SetApplicationName(ApplicationName));
        var secrets = new DataProtectionSecrets(provider);
        if (check is null)
        {
            await sql.Lifecycle.TryAddFactAsync(KeyCheckFact, secrets.Protect(KeyCheckFact, KeyCheckText), cancellationToken);
            check = await sql.Lifecycle.FindFactAsync(KeyCheckFact, cancellationToken);
        }

        try
        {
            secrets.Unprotect(KeyCheckFact, check);
            return provider;
        }
        catch (CryptographicException fault)
        {
            throw KeyRingRefused(directory, "does not open this store", fault);
        }
    }

    private static StoreRefusedException KeyRingRefused(DataDirectory directory, string what, Exception? fault) => new(
        $"The key ring {directory.Keys.FullName} {what}. Every authenticator secret is encrypted with it: restore it from the backup of the same time as the store.",
        fault!);

    /// <summary>Holds the note of the directory against the id in the store, so that neither is swapped unnoticed.</summary>
    private static async Task IdentifyAsync(
        DataDirectory directory, SqlStore sql, StoreNote? note, StoreProvider provider, CancellationToken cancellationToken)
    {
        if (note is null)
            await sql.Lifecycle.TryAddFactAsync(StoreIdFact, Encoding.ASCII.GetBytes(Identifiers.New()), cancellationToken);

        var id = await sql.Lifecycle.FindFactAsync(StoreIdFact, cancellationToken) is { } bytes ? Encoding.ASCII.GetString(bytes) : null;
        if (note is not null && note.StoreId != id)
        {
            throw new StoreRefusedException(
                $"{directory.Root} belongs to the store {note.StoreId}, but the one that is configured is {id ?? "empty"}. "
                + "Point to the right store, or restore it from the backup.");
        }

        if (note is null)
            directory.WriteNote(new StoreNote(provider.ToString(), id!));
    }
}
