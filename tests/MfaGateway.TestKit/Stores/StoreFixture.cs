using System.Security.Cryptography;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;

namespace MfaGateway.TestKit.Stores;

/// <summary>A place where a test keeps a store, empty at first; every call of <see cref="Connect"/> is another "process" on it.</summary>
public abstract class StoreFixture : IAsyncDisposable
{
    /// <summary>The key of this place's audit chain, which every connection to it has.</summary>
    public AuditChain Chain { get; } = new(RandomNumberGenerator.GetBytes(AuditChain.KeySize), unchainedTo: 0);

    /// <summary>Another set of connections to the same store. The caller disposes it.</summary>
    public StoreServices Connect()
    {
        var store = ConnectWithoutKey();
        store.Audit.Open(Chain);
        return store;
    }

    /// <summary>The same, as whoever has only the database.</summary>
    public abstract StoreServices ConnectWithoutKey();

    /// <summary>Connects and makes the store.</summary>
    public async Task<StoreServices> CreateAsync(CancellationToken cancellationToken)
    {
        var store = Connect();
        await store.Lifecycle.OpenAsync(mayCreate: true, cancellationToken);
        return store;
    }

    public abstract ValueTask DisposeAsync();
}
