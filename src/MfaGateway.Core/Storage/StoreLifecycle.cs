using System.Buffers.Binary;

namespace MfaGateway.Core.Storage;

/// <summary>Opening and probing a store; what is known of it as a whole.</summary>
public sealed class StoreLifecycle(Transactions transactions) : IStoreLifecycle
{
    private const string Probe = "probe";

    /// <summary>
    /// Changes that are kept for readers, in number: nodes read every quarter of a second, so this is enough for hours, and one that comes
    /// later takes any account for changed.
    /// </summary>
    private const int KeptChanges = 10_000;

    /// <summary>Above so many at once a list is of no more use than "any account".</summary>
    private const int MostChanges = 1_000;

    public event EventHandler? Changed
    {
        add => transactions.Changed += value;
        remove => transactions.Changed -= value;
    }

    public Task OpenAsync(bool mayCreate, CancellationToken cancellationToken) => transactions.Store.OpenAsync(mayCreate, cancellationToken);

    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => transactions.Store.ExistsAsync(cancellationToken);

    public async Task ProbeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(value, now.ToUnixTimeMilliseconds());
        var read = await transactions.WriteAsync(
            async transaction =>
            {
                await transaction.Facts.SetAsync(Probe, value);
                return await transaction.Facts.FindAsync(Probe);
            },
            cancellationToken);
        if (!value.AsSpan().SequenceEqual(read))
            throw new StoreUnavailableException($"The store at {transactions.Store.Location} did not keep what was written to it.");
    }

    public Task<byte[]?> FindFactAsync(string name, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Facts.FindAsync(name), cancellationToken);

    public Task<bool> TryAddFactAsync(string name, byte[] value, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.Facts.TryAddAsync(name, value), cancellationToken);

    public async Task<AccountChanges> ReadChangesAsync(long since, CancellationToken cancellationToken)
    {
        // No mark at all: the table was emptied, and what else was is not known.
        var changes = await transactions.ReadAsync(records => records.Changes.ReadAsync(since, MostChanges), cancellationToken)
            ?? throw new StoreRefusedException("The store has lost its change mark. Restore a backup.");

        // Each mark has one change. One that is missing (swept, or a mark set back by a restored backup) shows in the count.
        return changes.AccountIds.Count == changes.Mark - since
            ? AccountChanges.Of(changes.Mark, changes.AccountIds)
            : AccountChanges.Anybody(changes.Mark);
    }

    public Task<int> DeleteExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction => await transaction.DeleteExpiredAsync(now) + await transaction.Changes.TrimAsync(KeptChanges), cancellationToken);
}
