using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql.PostgreSql;
using MfaGateway.Storage.Sql.Records;
using MfaGateway.Storage.Sql.Schema;
using MfaGateway.Storage.Sql.Sqlite;

namespace MfaGateway.Storage.Sql;

/// <summary>The engine over SQLite or PostgreSQL.</summary>
public sealed class SqlStore : IStore
{
    private SqlStore(SqlDialect dialect) => Database = new SqlDatabase(dialect);

    public string Location => Database.Dialect.Location;

    internal SqlDatabase Database { get; }

    /// <summary>An embedded store.</summary>
    /// <param name="path">Its file; SQLite keeps two more beside it (<c>-wal</c>, <c>-shm</c>).</param>
    public static SqlStore Sqlite(string path) => Sqlite(path, SqlDialect.LongestWait);

    /// <summary>A store that several nodes share.</summary>
    /// <param name="connectionString">
    /// Npgsql's keywords. Tables are kept in the schema <c>mfa_gateway</c> unless <c>Search Path</c> names another one.
    /// </param>
    /// <exception cref="ArgumentException">Not a connection string.</exception>
    public static SqlStore PostgreSql(string connectionString) => PostgreSql(connectionString, SqlDialect.LongestWait);

    public async Task OpenAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        await Database.Dialect.PrepareAsync(Database, mayCreate, cancellationToken);
        await new SchemaUpgrade(Database).RunAsync(mayCreate, cancellationToken);
    }

    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => Database.Dialect.ExistsAsync(Database, cancellationToken);

    public Task<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken) =>
        Database.ReadAsync(Database.Dialect.FindFaultsAsync, cancellationToken);

    public Task<T> ReadAsync<T>(Func<IStoreRead, Task<T>> work, CancellationToken cancellationToken) =>
        Database.ReadAsync(scope => work(new SqlTransaction(scope)), cancellationToken);

    public Task<T> WriteAsync<T>(Func<IStoreWrite, Task<T>> work, CancellationToken cancellationToken) =>
        Database.WriteAsync(scope => work(new SqlTransaction(scope)), cancellationToken);

    public ValueTask DisposeAsync() => Database.Dialect.DisposeAsync();

    internal static SqlStore Sqlite(string path, TimeSpan longestWait) => new(new SqliteDialect(path, longestWait));

    internal static SqlStore PostgreSql(string connectionString, TimeSpan longestWait) =>
        new(new PostgreSqlDialect(connectionString, longestWait));
}
