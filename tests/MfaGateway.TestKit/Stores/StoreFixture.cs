using MfaGateway.Storage.Sql;

namespace MfaGateway.TestKit.Stores;

/// <summary>A place where a test keeps a store, empty at first; every call of <see cref="Connect"/> is another "process" on it.</summary>
public abstract class StoreFixture : IAsyncDisposable
{
    /// <summary>Another set of connections to the same store. The caller disposes it.</summary>
    public abstract SqlStore Connect();

    /// <summary>Connects and makes the store.</summary>
    public async Task<SqlStore> CreateAsync(CancellationToken cancellationToken)
    {
        var store = Connect();
        await store.Lifecycle.OpenAsync(mayCreate: true, cancellationToken);
        return store;
    }

    public abstract ValueTask DisposeAsync();
}
