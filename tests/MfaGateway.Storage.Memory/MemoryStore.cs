using MfaGateway.Core.Storage;

namespace MfaGateway.Storage.Memory;

/// <summary>A whole engine without a disk, for tests: what it keeps ends with it. Several may share one <see cref="MemoryPlace"/>, as nodes share a database.</summary>
public sealed class MemoryStore(MemoryPlace place) : IStore
{
    public MemoryStore()
        : this(new MemoryPlace())
    {
    }

    public string Location => "memory";

    internal MemoryPlace Place => place;

    public Task OpenAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        if (!place.IsMade && !mayCreate)
            throw new StoreRefusedException("There is no store in memory yet, and none may be made.");
        place.IsMade = true;
        return Task.CompletedTask;
    }

    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => Task.FromResult(place.IsMade);

    public Task<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<T> ReadAsync<T>(Func<IStoreRead, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return work(new MemoryTransaction(new MemoryScope(place.State, mayWrite: false)));
    }

    public async Task<T> WriteAsync<T>(Func<IStoreWrite, Task<T>> work, CancellationToken cancellationToken)
    {
        await place.Writing.WaitAsync(cancellationToken);
        try
        {
            var scope = new MemoryScope(place.State with { }, mayWrite: true);
            var result = await work(new MemoryTransaction(scope));
            if (!scope.IsUndone)
                place.State = scope.State;
            return result;
        }
        finally
        {
            place.Writing.Release();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>What stores in memory keep together.</summary>
public sealed class MemoryPlace : IDisposable
{
    private volatile MemoryState _state = new();

    internal MemoryState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>One writes at a time.</summary>
    internal SemaphoreSlim Writing { get; } = new(1);

    internal bool IsMade { get; set; }

    public void Dispose() => Writing.Dispose();
}
