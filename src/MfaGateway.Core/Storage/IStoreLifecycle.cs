namespace MfaGateway.Core.Storage;

/// <summary>Opening, upgrading and probing a store; what is known of the store as a whole.</summary>
public interface IStoreLifecycle
{
    /// <summary>
    /// Creates the store if <paramref name="mayCreate"/> and there is none, and brings its schema up to date.
    /// Each step can be run again after a crash at any statement; several processes may call this at once.
    /// </summary>
    /// <exception cref="StoreRefusedException">No store where one must be, a torn one, or a schema newer than this program.</exception>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    Task OpenAsync(bool mayCreate, CancellationToken cancellationToken);

    /// <summary>Whether there is a store at all (a file, or a database with our schema). Creates nothing.</summary>
    Task<bool> ExistsAsync(CancellationToken cancellationToken);

    /// <summary>Writes and reads one row, so that a store that can be read but not written shows as down.</summary>
    /// <exception cref="StoreUnavailableException">The store can't persist.</exception>
    Task ProbeAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The value kept under <paramref name="name"/>, or null.</summary>
    Task<byte[]?> FindFactAsync(string name, CancellationToken cancellationToken);

    /// <summary>Keeps a value under a name unless one is kept already; the first writer wins.</summary>
    /// <returns>Whether this call's value was kept.</returns>
    Task<bool> TryAddFactAsync(string name, byte[] value, CancellationToken cancellationToken);

    /// <summary>
    /// Raised after this process has committed something that a cached session depends on, and also where the commit
    /// broke off and may have happened. On the committing thread, before the verb's caller goes on; handlers are short.
    /// </summary>
    event EventHandler? Changed;

    /// <summary>
    /// Whose cached sessions are out of date: a session ended, an account disabled or edited, a factor added or removed, by
    /// any process. One short read; asked several times a second.
    /// </summary>
    /// <param name="since">
    /// The mark up to which the caller knows; 0 at first. Where not all changes since then are known (any more), anybody may have changed.
    /// </param>
    Task<AccountChanges> ReadChangesAsync(long since, CancellationToken cancellationToken);

    /// <summary>Deletes flows, pending secrets, attempt buckets and sessions that ended before <paramref name="now"/>, and changes that every reader knows.</summary>
    /// <returns>How many rows went.</returns>
    Task<int> DeleteExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
