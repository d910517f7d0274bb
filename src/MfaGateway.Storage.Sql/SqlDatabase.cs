using MfaGateway.Core.Storage;

namespace MfaGateway.Storage.Sql;

/// <summary>Runs work: one connection, one transaction when it writes, and faults explained in one place.</summary>
internal sealed class SqlDatabase(SqlDialect dialect)
{
    private const int MostRuns = 4;

    public SqlDialect Dialect { get; } = dialect;

    /// <exception cref="StoreUnavailableException">Nothing could be read.</exception>
    /// <exception cref="StoreRefusedException">The store turned out to be torn.</exception>
    public Task<T> ReadAsync<T>(Func<SqlScope, Task<T>> work, CancellationToken cancellationToken) =>
        Dialect.ExplainFaultsAsync(() => ReadOnceAsync(work, cancellationToken));

    /// <summary>One write transaction: on disk when this returns, or nothing of it happened.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The store could not persist. Where the connection broke during the commit itself it may have happened after all:
    /// no one was told "yes", and a code may be used up.
    /// </exception>
    /// <exception cref="StoreRefusedException">The store turned out to be torn.</exception>
    public Task<T> WriteAsync<T>(Func<SqlScope, Task<T>> work, CancellationToken cancellationToken) =>
        Dialect.ExplainFaultsAsync(() => WriteUntilThroughAsync(work, cancellationToken));

    private async Task<T> ReadOnceAsync<T>(Func<SqlScope, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var lease = await Dialect.RentReaderAsync(cancellationToken);
        try
        {
            return await work(new SqlScope(Dialect, lease.Connection, null, mayWrite: false, cancellationToken));
        }
        catch
        {
            lease.IsSpoilt = true;
            throw;
        }
    }

    private async Task<T> WriteUntilThroughAsync<T>(Func<SqlScope, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var run = 1; ; run++)
        {
            try
            {
                return await WriteOnceAsync(work, cancellationToken);
            }
            catch (Exception exception) when (run < MostRuns && Dialect.IsConflict(exception))
            {
                // The engine undid the transaction in favour of another one, which is through by now.
            }
        }
    }

    private async Task<T> WriteOnceAsync<T>(Func<SqlScope, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var lease = await Dialect.RentWriterAsync(cancellationToken);
        try
        {
            var transaction = await Dialect.BeginWriteAsync(lease.Connection, cancellationToken);
            var scope = new SqlScope(Dialect, lease.Connection, transaction, mayWrite: true, cancellationToken);
            var result = await work(scope);
            // From here on the caller's hurry must not leave it open whether it happened.
            await Dialect.EndWriteAsync(lease.Connection, transaction, isKept: !scope.IsUndone);
            return result;
        }
        catch
        {
            lease.IsSpoilt = true;
            throw;
        }
    }
}
