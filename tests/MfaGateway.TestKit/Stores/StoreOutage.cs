using MfaGateway.Core.Storage;

namespace MfaGateway.TestKit.Stores;

/// <summary>An engine that can be made unavailable.</summary>
public sealed class StoreOutage(IStore engine) : IStore
{
    public bool IsDown { get; set; }

    public string Location => engine.Location;

    public Task OpenAsync(bool mayCreate, CancellationToken cancellationToken) => engine.OpenAsync(mayCreate, cancellationToken);

    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => engine.ExistsAsync(cancellationToken);

    public Task<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken) => engine.FindFaultsAsync(cancellationToken);

    public Task<T> ReadAsync<T>(Func<IStoreRead, Task<T>> work, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return engine.ReadAsync(work, cancellationToken);
    }

    public Task<T> WriteAsync<T>(Func<IStoreWrite, Task<T>> work, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return engine.WriteAsync(work, cancellationToken);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private void ThrowIfDown()
    {
        if (IsDown)
            throw new StoreUnavailableException("The disk is full.");
    }
}
