using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb;

namespace MfaGateway.TestKit.Stores;

/// <summary>
/// An embedded store that one process has: each "process" of a test is a handle of the one engine, which is open until the last handle
/// of it is gone.
/// </summary>
public sealed class LiteDbStoreFixture : StoreFixture
{
    private readonly Lock _gate = new();
    private LiteDbStore? _engine;
    private int _handles;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("mfagateway-store-").FullName;

    public override StoreServices ConnectWithoutKey()
    {
        lock (_gate)
        {
            _handles++;
            return new StoreServices(new Handle(this, _engine ??= new LiteDbStore(Directory)));
        }
    }

    public override ValueTask DisposeAsync()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The engine under a handle, for what only LiteDB has.</summary>
    public static LiteDbStore EngineOf(StoreServices stores) => ((Handle)stores.Engine).Engine;

    private ValueTask GiveBackAsync(LiteDbStore engine)
    {
        lock (_gate)
        {
            if (--_handles > 0)
                return ValueTask.CompletedTask;
            _engine = null;
        }

        return engine.DisposeAsync();
    }

    private sealed class Handle(LiteDbStoreFixture place, LiteDbStore engine) : IStore
    {
        private bool _isGivenBack;

        public LiteDbStore Engine => engine;

        public string Location => engine.Location;

        public Task OpenAsync(bool mayCreate, CancellationToken cancellationToken) => engine.OpenAsync(mayCreate, cancellationToken);

        public Task<bool> ExistsAsync(CancellationToken cancellationToken) => engine.ExistsAsync(cancellationToken);

        public Task<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken) => engine.FindFaultsAsync(cancellationToken);

        public Task<T> ReadAsync<T>(Func<IStoreRead, Task<T>> work, CancellationToken cancellationToken) =>
            engine.ReadAsync(work, cancellationToken);

        public Task<T> WriteAsync<T>(Func<IStoreWrite, Task<T>> work, CancellationToken cancellationToken) =>
            engine.WriteAsync(work, cancellationToken);

        public ValueTask DisposeAsync()
        {
            if (_isGivenBack)
                return ValueTask.CompletedTask;
            _isGivenBack = true;
            return place.GiveBackAsync(engine);
        }
    }
}
