using System.Data.Common;
using MfaGateway.Core.Storage;

namespace MfaGateway.Storage.Sql;

/// <summary>
/// All in which one engine differs from another: how a connection is had, how a write transaction begins, what a
/// fault means, and two endings of a SELECT. The statements themselves stand in the stores, once.
/// </summary>
internal abstract class SqlDialect : IAsyncDisposable
{
    /// <summary>How long anything waits for a lock, a connection or an answer.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>The folder under <c>Migrations</c>.</summary>
    public abstract string MigrationsFolder { get; }

    /// <summary>Which store, for messages: a path, or a host and a database. Never a password.</summary>
    public abstract string Location { get; }

    /// <summary>Ends a SELECT of a row that nobody may change before this transaction is over.</summary>
    public abstract string LockRows { get; }

    /// <summary>Ends a SELECT of rows to delete: those that somebody is changing are left for the next time.</summary>
    public abstract string LockFreeRows { get; }

    /// <summary>Whether there is anything at all; see <c>IStore.ExistsAsync</c>.</summary>
    public abstract Task<bool> ExistsAsync(SqlDatabase database, CancellationToken cancellationToken);

    /// <summary>Makes an empty place for the schema if there is none and it may, and refuses what must not be served from.</summary>
    public abstract Task PrepareAsync(SqlDatabase database, bool mayCreate, CancellationToken cancellationToken);

    public abstract Task<SqlLease> RentReaderAsync(CancellationToken cancellationToken);

    /// <summary>A connection to write with. Nobody waits longer than <see cref="LongestWait"/> for one.</summary>
    public abstract Task<SqlLease> RentWriterAsync(CancellationToken cancellationToken);

    /// <returns>What commands have to name; null where the connection itself knows.</returns>
    public abstract Task<DbTransaction?> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Ends the transaction as decided. One that failed is not ended: its connection is given back spoilt.</summary>
    public abstract Task EndWriteAsync(DbConnection connection, DbTransaction? transaction, bool isKept);

    /// <summary>Within a transaction: makes every other process that would migrate wait until it ends.</summary>
    public abstract Task LockSchemaAsync(SqlScope scope);

    /// <summary>The database's own check of its structure, where it has one for its users.</summary>
    public virtual Task<IReadOnlyList<string>> FindFaultsAsync(SqlScope scope) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Whether there is a table <c>schema_versions</c>.</summary>
    public abstract Task<bool> HasSchemaAsync(SqlScope scope);

    /// <summary>Whether the engine undid the transaction because of another one, and it may simply be run again.</summary>
    public abstract bool IsConflict(Exception exception);

    /// <summary>
    /// What callers are told of a fault of the engine: <c>StoreUnavailableException</c> or <c>StoreRefusedException</c>;
    /// null for what is neither (a bug, a cancellation), which goes on as it is.
    /// </summary>
    protected abstract Exception? Explain(Exception exception);

    /// <summary>Does work, and throws what <see cref="Explain"/> makes of the engine's own exceptions.</summary>
    /// <exception cref="StoreUnavailableException">Nothing could be read or persisted.</exception>
    /// <exception cref="StoreRefusedException">The store must not be served from.</exception>
    public async Task<T> ExplainFaultsAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception)
        {
            var explained = Explain(exception);
            if (explained is null)
                throw;
            throw explained;
        }
    }

    public abstract ValueTask DisposeAsync();
}
