using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Files;
using MfaGateway.Storage.LiteDb.Records;
using MfaGateway.Storage.LiteDb.Work;

namespace MfaGateway.Storage.LiteDb;

/// <summary>The engine over LiteDB: an embedded store of one process.</summary>
public sealed class LiteDbStore : IStore
{
    private readonly Func<bool, IStoreFiles> _open;
    private readonly LiteDbEngineOptions _options;
    private readonly SemaphoreSlim _opening = new(1);
    private LiteDbEngine? _engine;

    /// <param name="directory">Where its three files are: <c>store.db</c>, <c>store-wal</c>, <c>store.lock</c>.</param>
    public LiteDbStore(string directory)
    {
        var files = new StoreDirectory(directory);
        (Location, _open, _options) = (files.DataPath, files.Open, new LiteDbEngineOptions());
    }

    /// <summary>Over other files than those of a directory.</summary>
    internal LiteDbStore(string location, IStoreFiles files, LiteDbEngineOptions options) =>
        (Location, _open, _options) = (location, _ => files, options);

    public string Location { get; }

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
        var engine = await LiteDbEngine.OpenAsync(_open(mayCreate), Collections.All, _options, TimeProvider.System);
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
