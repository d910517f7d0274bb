using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Files;
using MfaGateway.Storage.LiteDb.Records;
using MfaGateway.Storage.LiteDb.Work;

namespace MfaGateway.Storage.LiteDb;

/// <summary>The engine over LiteDB: an embedded store of one process.</summary>
/// <param name="directory">Where its three files are: <c>store.db</c>, <c>store-wal</c>, <c>store.lock</c>.</param>
public sealed class LiteDbStore(string directory) : IStore
{
    private readonly StoreDirectory _files = new(directory);
    private readonly SemaphoreSlim _opening = new(1);
    private LiteDbEngine? _engine;

    public string Location => _files.DataPath;

    internal LiteDbEngine Engine => _engine ?? throw new StoreUnavailableException($"The store {Location} is not open.");

    /// <summary>Takes the store for this process alone; one that is open stays as it is.</summary>
    /// <inheritdoc cref="IStore.OpenAsync"/>
    public async Task OpenAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            _engine ??= await OpenEngineAsync(mayCreate, cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => Task.FromResult(File.Exists(Location));

    // Each page has a checksum, which is held against the page whenever it is read, and against all of them when the store is opened.
    public Task<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<T> ReadAsync<T>(Func<IStoreRead, Task<T>> work, CancellationToken cancellationToken) =>
        work(new LiteDbTransaction(new LiteDbScope(Engine, cancellationToken)));

    public Task<T> WriteAsync<T>(Func<IStoreWrite, Task<T>> work, CancellationToken cancellationToken) => Engine.RunAsync(
        async unit =>
        {
            var scope = new LiteDbScope(unit);
            var result = await work(new LiteDbTransaction(scope));
            if (scope.IsUndone)
                unit.Undo();
            return result;
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
        _opening.Dispose();
    }

    private async Task<LiteDbEngine> OpenEngineAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        var engine = await LiteDbEngine.OpenAsync(_files.Open(mayCreate), Collections.All, new LiteDbEngineOptions(), TimeProvider.System);
        try
        {
            await Schema.UpgradeAsync(engine, Location, mayCreate, cancellationToken);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }
}
