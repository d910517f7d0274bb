using MfaGateway.Core.Storage;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>Signing keys in memory, shared by any number of gateways in one test.</summary>
internal sealed class MemoryKeyStore : ISigningKeyStore
{
    private readonly List<SigningKeyRow> rows = [];

    public bool IsDown { get; set; }

    public Task<IReadOnlyList<SigningKeyRow>> ListAsync(CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (rows)
            return Task.FromResult<IReadOnlyList<SigningKeyRow>>([.. rows.OrderBy(row => row.Generation)]);
    }

    public Task<bool> TryAddAsync(SigningKeyRow row, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (rows)
        {
            if (rows.Exists(known => known.Generation == row.Generation || known.Kid == row.Kid))
                return Task.FromResult(false);
            rows.Add(row);
            return Task.FromResult(true);
        }
    }

    public Task<int> DeleteUpToAsync(long generation, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (rows)
            return Task.FromResult(rows.RemoveAll(row => row.Generation <= generation));
    }

    private void ThrowIfDown()
    {
        if (IsDown)
            throw new StoreUnavailableException("The disk is full.");
    }
}
