using System.Security.Cryptography;
using System.Text;
using MfaGateway.Configuration;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
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

    // What a command takes, and more.
    private static readonly TimeSpan LongestHeld = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseWhileHeld = TimeSpan.FromMilliseconds(50);

    private readonly ServingLock? _lock;

    private GatewayStore(
        DataDirectory directory, StoreServices stores, IDataProtectionProvider dataProtection, AuditChain auditChain, ServingLock? servingLock)
    {
        Directory = directory;
        Stores = stores;
        DataProtection = dataProtection;
        AuditChain = auditChain;
        Secrets = new DataProtectionSecrets(dataProtection);
        _lock = servingLock;
    }

    public DataDirectory Directory { get; }

    public StoreServices Stores { get; }

    public IDataProtectionProvider DataProtection { get; }

    public ISecretProtector Secrets { get; }

    /// <summary>Opened with the key that only the key ring gives.</summary>
    public AuditChain AuditChain { get; }

    /// <summary>Opens the store for serving (embedded: alone) or for a command (beside a server).</summary>
    /// <exception cref="StoreRefusedException">It must not be served from; the message says why and what to do.</exception>
    /// <exception cref="StoreUnavailableException">It can't be reached.</exception>
    public static async Task<GatewayStore> OpenAsync(GatewayOptions options, bool serving, CancellationToken cancellationToken)
    {
        var directory = new DataDirectory(options.DataDirectory);
        try
        {
            return await OpenAsync(directory, options.Store, serving, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreRefusedException(
                $"The data directory {directory.Root} can't be used: {fault.Message} Set MfaGateway:DataDirectory to one that "
                + "the program's user may read and write, or let that user do so there.",
                fault);
        }
    }

    /// <summary>Opens a store that was filled from a backup or another store, and notes in its data directory that it belongs there.</summary>
    /// <exception cref="StoreRefusedException">It is not whole, or the key ring does not open it.</exception>
    public static async Task<GatewayStore> AdoptAsync(GatewayOptions options, CancellationToken cancellationToken)
    {
        var directory = new DataDirectory(options.DataDirectory);
        await using (var stores = new StoreServices(StoreEngine.Of(options.Store).Make(directory, options.Store)))
        {
            await stores.Lifecycle.OpenAsync(mayCreate: false, cancellationToken);
            var id = await FindIdAsync(stores, cancellationToken) ?? throw new StoreRefusedException($"The store at {stores.Engine.Location} has no id.");
            directory.WriteNote(new StoreNote(options.Store.Provider.ToString(), id));
        }

        return await OpenAsync(options, serving: false, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        _lock?.Dispose();
    }

    private static async Task<GatewayStore> OpenAsync(
        DataDirectory directory, StoreOptions store, bool serving, CancellationToken cancellationToken)
    {
        // Only where there never was a store is anything made.
        var note = directory.ReadNote();
        RefuseOtherProvider(directory, note, store.Provider);
        if (note is null)
            directory.Create();

        var engine = StoreEngine.Of(store);
        var servingLock = serving && engine.IsEmbedded ? ServingLock.Take(directory.LockFile) : null;
        var stores = new StoreServices(engine.Make(directory, store));
        try
        {
            await OpenAsync(stores.Lifecycle, mayCreate: note is null, cancellationToken);
            await RefuseOtherStoreAsync(directory, stores, note, cancellationToken);
            var dataProtection = await OpenKeyRingAsync(directory, stores, cancellationToken);
            var audit = await AuditKeys.OpenAsync(
                stores.Lifecycle, stores.Audit, new DataProtectionSecrets(dataProtection), mayMake: directory.ReadAuditMark() is null, cancellationToken);
            stores.Audit.Open(audit);
            if (note is null)
                directory.WriteNote(new StoreNote(store.Provider.ToString(), await IdentifyAsync(stores, cancellationToken)));
            return new GatewayStore(directory, stores, dataProtection, audit, servingLock);
        }
        catch
        {
            await stores.DisposeAsync();
            servingLock?.Dispose();
            throw;
        }
    }

    /// <summary>Waits where another process has it: two commands come one after the other, and a gateway starts after a command.</summary>
    private static async Task OpenAsync(StoreLifecycle store, bool mayCreate, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await store.OpenAsync(mayCreate, cancellationToken);
                return;
            }
            catch (StoreUnavailableException fault) when (fault.IsHeld && TimeProvider.System.GetElapsedTime(start) < LongestHeld)
            {
                await Task.Delay(PauseWhileHeld, TimeProvider.System, cancellationToken);
            }
        }
    }

    private static void RefuseOtherProvider(DataDirectory directory, StoreNote? note, StoreProvider provider)
    {
        if (note is not null && note.Provider != provider.ToString())
        {
            throw new StoreRefusedException(
                $"{directory.Root} belongs to a store of {note.Provider}, but MfaGateway:Store:Provider is {provider}. "
                + $"Set it back, or stop the gateway and move everything with \"store copy --from {note.Provider}\".");
        }

        // Before the note is written, the file tells.
        var other = note is null ? StoreEngine.All.FirstOrDefault(engine => engine.Provider != provider && File.Exists(engine.FileIn(directory))) : null;
        if (other is not null)
        {
            throw new StoreRefusedException(
                $"{other.FileIn(directory)} is a store of {other.Provider}, but MfaGateway:Store:Provider is {provider}. "
                + $"Set it to {other.Provider}, or give the new store a data directory of its own.");
        }
    }

    /// <summary>Holds the note of the directory against the id in the store, so that neither is swapped unnoticed.</summary>
    private static async Task RefuseOtherStoreAsync(
        DataDirectory directory, StoreServices stores, StoreNote? note, CancellationToken cancellationToken)
    {
        if (note is null)
            return;

        var id = await FindIdAsync(stores, cancellationToken);
        if (note.StoreId != id)
        {
            throw new StoreRefusedException(
                $"{directory.Root} belongs to the store {note.StoreId}, but the one that is configured is {id ?? "empty"}. "
                + "Point to the right store, or restore it from the backup.");
        }
    }

    /// <summary>The id that the store holds, given to it now if it has none.</summary>
    private static async Task<string> IdentifyAsync(StoreServices stores, CancellationToken cancellationToken)
    {
        await stores.Lifecycle.TryAddFactAsync(StoreIdFact, Encoding.ASCII.GetBytes(Identifiers.New()), cancellationToken);
        return await FindIdAsync(stores, cancellationToken) ?? throw new StoreUnavailableException("The store did not keep its id.");
    }

    private static async Task<string?> FindIdAsync(StoreServices stores, CancellationToken cancellationToken) =>
        await stores.Lifecycle.FindFactAsync(StoreIdFact, cancellationToken) is { } bytes ? Encoding.ASCII.GetString(bytes) : null;

    private static async Task<IDataProtectionProvider> OpenKeyRingAsync(
        DataDirectory directory, StoreServices stores, CancellationToken cancellationToken)
    {
        var check = await stores.Lifecycle.FindFactAsync(KeyCheckFact, cancellationToken);
        if (check is not null && !directory.HasKeys)
            throw KeyRingRefused(directory, "is missing or empty", fault: null);

        if (check is null)
        {
            var secrets = new DataProtectionSecrets(KeyRing(directory, mayGrow: true));
            await stores.Lifecycle.TryAddFactAsync(KeyCheckFact, secrets.Protect(KeyCheckFact, KeyCheckText), cancellationToken);
            check = await stores.Lifecycle.FindFactAsync(KeyCheckFact, cancellationToken);
        }

        try
        {
            // A ring in which no key is any good would otherwise get a new one before it is looked at.
            new DataProtectionSecrets(KeyRing(directory, mayGrow: false)).Unprotect(KeyCheckFact, check);
            return KeyRing(directory, mayGrow: true);
        }
        catch (CryptographicException fault)
        {
            throw KeyRingRefused(directory, "does not open this store", fault);
        }
    }

    private static IDataProtectionProvider KeyRing(DataDirectory directory, bool mayGrow) =>
        DataProtectionProvider.Create(directory.Keys, builder =>
        {
            builder.SetApplicationName(ApplicationName);
            if (!mayGrow)
                builder.DisableAutomaticKeyGeneration();
        });

    private static StoreRefusedException KeyRingRefused(DataDirectory directory, string what, Exception? fault) => new(
        $"The key ring {directory.Keys.FullName} {what}. Every authenticator secret is encrypted with it: restore it from the backup "
        + "of the same time as the store, or share that of a gateway that uses this store already.",
        fault!);
}
