using System.Buffers.Binary;

namespace MfaGateway.Core.Storage;

/// <summary>Opening and probing a store; what is known of it as a whole.</summary>
public sealed class StoreLifecycle(Transactions transactions)
{
    private const string Probe = "probe";

    /// <summary>There while a store is being filled from a backup or another store.</summary>
    private const string Incoming = "incoming";

    /// <summary>
    /// Changes that are kept for readers, in number: nodes read every quarter of a second, so this is enough for hours, and one that comes
    /// later takes any account for changed.
    /// </summary>
    private const int KeptChanges = 10_000;

    /// <summary>Above so many at once a list is of no more use than "any account".</summary>
    private const int MostChanges = 1_000;

    /// <inheritdoc cref="Transactions.Changed"/>
    public event EventHandler? Changed
    {
        add => transactions.Changed += value;
        remove => transactions.Changed -= value;
    }

    /// <summary>
    /// Creates the store if <paramref name="mayCreate"/> and there is none, and brings its schema up to date.
    /// Each step can be run again after a crash at any statement; several processes may call this at once.
    /// </summary>
    /// <exception cref="StoreRefusedException">No store where one must be, a torn one, or a schema newer than this program.</exception>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    public async Task OpenAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        await transactions.Store.OpenAsync(mayCreate, cancellationToken);
        if (await FindFactAsync(Incoming, cancellationToken) is not null)
        {
            throw new StoreRefusedException(
                $"The store at {transactions.Store.Location} was being filled from a backup or another store, which was interrupted: a part is "
                + "missing. Delete it (of PostgreSQL: drop its schema), and run \"store restore\" or \"store copy\" again.");
        }
    }

    /// <summary>Notes that the store is being filled: until <see cref="EndFillingAsync"/> it can't be opened.</summary>
    /// <exception cref="StoreRefusedException">There is something in it.</exception>
    public async Task BeginFillingAsync(CancellationToken cancellationToken)
    {
        await transactions.Store.OpenAsync(mayCreate: true, cancellationToken);
        var isEmpty = await transactions.WriteAsync(
            async transaction => !await transaction.Accounts.AnyAsync()
                && await transaction.Audit.FindLastAsync() is null
                && await transaction.Facts.TryAddAsync(Incoming, [1]),
            cancellationToken);
        if (!isEmpty)
        {
            throw new StoreRefusedException(
                $"The store at {transactions.Store.Location} is not empty. Nothing was changed. Move it away first, or delete what an interrupted "
                + "restore or copy has left.");
        }
    }

    /// <summary>All is there.</summary>
    public Task EndFillingAsync(CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.Facts.TryDeleteAsync(Incoming), cancellationToken);

    /// <summary>Whether there is a store at all (a file, or a database with our schema). Creates nothing.</summary>
    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => transactions.Store.ExistsAsync(cancellationToken);

    /// <summary>Writes and reads one row, so that a store that can be read but not written shows as down.</summary>
    /// <exception cref="StoreUnavailableException">The store can't persist.</exception>
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

    /// <summary>The value kept under <paramref name="name"/>, or null.</summary>
    public Task<byte[]?> FindFactAsync(string name, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Facts.FindAsync(name), cancellationToken);

    /// <summary>Keeps a value under a name unless one is kept already; the first writer wins.</summary>
    /// <returns>Whether this call's value was kept.</returns>
    public Task<bool> TryAddFactAsync(string name, byte[] value, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.Facts.TryAddAsync(name, value), cancellationToken);

    /// <summary>
    /// Whose cached sessions are out of date: a session ended, an account disabled or edited, a factor added or removed, by
    /// any process. One short read; asked several times a second.
    /// </summary>
    /// <param name="since">
    /// The mark up to which the caller knows; 0 at first. Where not all changes since then are known, any account may have changed.
    /// </param>
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

    /// <summary>Deletes flows, pending secrets, attempt buckets and sessions that ended before <paramref name="now"/>, and changes that every reader knows.</summary>
    /// <returns>How many rows went.</returns>
    public async Task<int> DeleteExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var deleted = 0;
        for (var portion = IStoreWrite.SweepPortion; portion >= IStoreWrite.SweepPortion; deleted += portion)
        {
            portion = await transactions.WriteAsync(
                async transaction => await transaction.DeleteExpiredAsync(now) + await transaction.Changes.TrimAsync(KeptChanges), cancellationToken);
        }

        return deleted;
    }
}
