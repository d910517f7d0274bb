namespace MfaGateway.Core.Storage;

/// <summary>
/// A storage engine: transactions over narrow sets of records. It knows no rule of the product; the rules are in Core, over
/// <see cref="Transactions"/>. A new engine is this interface, its record sets, and the contract tests.
/// </summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>Which store, for messages: a path, or a host and a database. Never a password.</summary>
    string Location { get; }

    /// <summary>
    /// Creates the store if <paramref name="mayCreate"/> and there is none, and brings its schema up to date. Each step can be run
    /// again after a crash at any point.
    /// </summary>
    /// <exception cref="StoreRefusedException">No store where one must be, a torn one, or a schema newer than this program.</exception>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    Task OpenAsync(bool mayCreate, CancellationToken cancellationToken);

    /// <summary>Whether there is a store at all (a file, or a database with our schema). Creates nothing.</summary>
    Task<bool> ExistsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Looks at the engine's own structure (pages, indexes, references), not at what the records mean. Others wait for it, or not, as the engine
    /// can; it may take as long as reading all of the store.
    /// </summary>
    /// <returns>A sentence for each fault; none where it is whole.</returns>
    /// <exception cref="StoreUnavailableException">Nothing could be read.</exception>
    /// <exception cref="StoreRefusedException">The store turned out to be torn.</exception>
    Task<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken);

    /// <summary>Runs work that reads. A record set that is asked to write in it throws <see cref="InvalidOperationException"/>.</summary>
    /// <param name="work">Awaits nothing but the transaction. It may be run again where the engine undid it in favour of another one.</param>
    /// <exception cref="StoreUnavailableException">Nothing could be read.</exception>
    /// <exception cref="StoreRefusedException">The store turned out to be torn.</exception>
    Task<T> ReadAsync<T>(Func<IStoreRead, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>
    /// Runs work in one write transaction. When this returns, all of it is on disk and survives a power cut; where the work throws or
    /// calls <see cref="IStoreWrite.Undo"/>, nothing of it is kept.
    /// </summary>
    /// <param name="work">Awaits nothing but the transaction. It may be run again where the engine undid it in favour of another one.</param>
    /// <exception cref="StoreUnavailableException">
    /// The store could not persist. Where a connection broke during the commit it may have happened after all: no one was told "yes",
    /// and a code may be used up.
    /// </exception>
    /// <exception cref="StoreRefusedException">The store turned out to be torn.</exception>
    Task<T> WriteAsync<T>(Func<IStoreWrite, Task<T>> work, CancellationToken cancellationToken);
}
