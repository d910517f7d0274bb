using System.Data.Common;
using Dapper;

namespace MfaGateway.Storage.Sql;

/// <summary>What statements run in: a connection, and a transaction when they write.</summary>
/// <param name="mayWrite">Whether statements may change anything.</param>
internal sealed class SqlScope(
    SqlDialect dialect, DbConnection connection, DbTransaction? transaction, bool mayWrite, CancellationToken cancellationToken)
{
    public SqlDialect Dialect { get; } = dialect;

    /// <summary>Set by work that decided against what it has written so far.</summary>
    public bool IsUndone { get; private set; }

    /// <summary>Nothing of this transaction will be kept; its result still goes to the caller.</summary>
    public void Undo() => IsUndone = true;

    /// <returns>Rows affected.</returns>
    /// <exception cref="InvalidOperationException">The work only reads.</exception>
    public Task<int> ExecuteAsync(string sql, object? arguments = null)
    {
        EnsureMayWrite();
        return connection.ExecuteAsync(Command(sql, arguments));
    }

    /// <summary>A statement that changes something and returns the first column of its first row.</summary>
    /// <exception cref="InvalidOperationException">The work only reads.</exception>
    public Task<T?> ChangeAsync<T>(string sql, object? arguments = null)
    {
        EnsureMayWrite();
        return ScalarAsync<T>(sql, arguments);
    }

    /// <returns>The first column of the first row; the type's default when there is no row.</returns>
    public Task<T?> ScalarAsync<T>(string sql, object? arguments = null) =>
        connection.ExecuteScalarAsync<T>(Command(sql, arguments));

    public Task<T?> FindAsync<T>(string sql, object? arguments = null)
        where T : class => connection.QuerySingleOrDefaultAsync<T>(Command(sql, arguments));

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? arguments = null)
        where T : class => (await connection.QueryAsync<T>(Command(sql, arguments))).AsList();

    /// <exception cref="InvalidOperationException">The work only reads.</exception>
    public void EnsureMayWrite()
    {
        // On PostgreSQL it would be a transaction of its own.
        if (!mayWrite)
            throw new InvalidOperationException("Work that reads may not write.");
    }

    private CommandDefinition Command(string sql, object? arguments) =>
        new(sql, arguments, transaction, cancellationToken: cancellationToken);
}
