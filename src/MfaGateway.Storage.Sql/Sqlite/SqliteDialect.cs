using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Dapper;
using MfaGateway.Core.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MfaGateway.Storage.Sql.Sqlite;

/// <summary>
/// SQLite in WAL mode: one writer, several readers beside it, and room for a second process (a command). Its calls
/// complete on the calling thread, so statements are short and writers queue without holding a thread.
/// </summary>
internal sealed class SqliteDialect : SqlDialect
{
    private const int MostReaders = 8;

    private readonly string _path;
    private readonly string _connectionString;
    private readonly TimeSpan _longestWait;
    private readonly SqliteFile _file;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _reading = new(MostReaders);
    private readonly ConcurrentBag<SqliteConnection> _idleReaders = [];
    private SqliteConnection? _idleWriter;

    public SqliteDialect(string path, TimeSpan longestWait)
    {
        _path = Path.GetFullPath(path);
        _longestWait = longestWait;
        _file = new SqliteFile(_path);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadWrite, // making the file is SqliteFile's part
            Pooling = false,
            ForeignKeys = true,
            DefaultTimeout = 1, // the provider tries again by itself; SQLite's own waiting below does better
        }.ConnectionString;
    }

    public override string MigrationsFolder => "Sqlite";

    public override string Location => _path;

    // A write transaction has the whole file to itself.
    public override string LockRows => "";

    public override string LockFreeRows => "";

    public override Task<bool> ExistsAsync(SqlDatabase database, CancellationToken cancellationToken) => Task.FromResult(File.Exists(_path));

    public override async Task PrepareAsync(SqlDatabase database, bool mayCreate, CancellationToken cancellationToken)
    {
        await ExplainFaultsAsync(() => _file.EnsureThereAsync(mayCreate, cancellationToken));
        await database.ReadAsync(_file.CheckAsync, cancellationToken);
    }

    public override async Task<SqlLease> RentReaderAsync(CancellationToken cancellationToken)
    {
        await WaitAsync(_reading, _longestWait, cancellationToken);
        try
        {
            RefuseDeleted();
            var connection = _idleReaders.TryTake(out var idle) ? idle : Open("PRAGMA query_only = ON");
            return new SqlLease(connection, GiveReaderBackAsync);
        }
        catch
        {
            _reading.Release();
            throw;
        }
    }

    public override async Task<SqlLease> RentWriterAsync(CancellationToken cancellationToken)
    {
        var waiting = Stopwatch.StartNew();
        await WaitAsync(_writing, _longestWait, cancellationToken);
        try
        {
            RefuseDeleted();
            var connection = _idleWriter ?? Open("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
            _idleWriter = null;
            SetBusyTimeout(connection, _longestWait - waiting.Elapsed);
            return new SqlLease(connection, GiveWriterBackAsync);
        }
        catch
        {
            _writing.Release();
            throw;
        }
    }

    /// <summary>BEGIN IMMEDIATE: the lock is had before anything is read, so a transaction never fails halfway for it.</summary>
    /// <remarks>
    /// Not the provider's own transaction: where a full disk made SQLite roll back by itself, that one throws when it is
    /// disposed, hides the cause and leaves the connection open. Closing a connection undoes what it has not committed.
    /// </remarks>
    public override async Task<DbTransaction?> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition("BEGIN IMMEDIATE", cancellationToken: cancellationToken));
        return null;
    }

    public override Task EndWriteAsync(DbConnection connection, DbTransaction? transaction, bool isKept) =>
        connection.ExecuteAsync(isKept ? "COMMIT" : "ROLLBACK");

    public override Task LockSchemaAsync(SqlScope scope) => Task.CompletedTask; // BEGIN IMMEDIATE has done it

    public override async Task<bool> HasSchemaAsync(SqlScope scope) =>
        await scope.ScalarAsync<long>("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_versions'") == 1;

    public override async Task<IReadOnlyList<string>> FindFaultsAsync(SqlScope scope) =>
        [.. (await scope.ListAsync<string>("PRAGMA integrity_check")).Where(line => line != "ok")];

    public override bool IsConflict(Exception exception) => false; // writers queue, so none is ever undone for another

    protected override Exception? Explain(Exception exception) => exception switch
    {
        SqliteException sqlite => Explain(sqlite),
        IOException or UnauthorizedAccessException => Unavailable(exception),
        _ => null,
    };

    public override async ValueTask DisposeAsync()
    {
        while (_idleReaders.TryTake(out var reader))
            await reader.DisposeAsync();
        if (_idleWriter is not null)
            await _idleWriter.DisposeAsync();
        _idleWriter = null;
    }

    private Exception? Explain(SqliteException exception) => exception.SqliteErrorCode switch
    {
        // The account was deleted after the work on it had begun.
        raw.SQLITE_CONSTRAINT when exception.SqliteExtendedErrorCode == raw.SQLITE_CONSTRAINT_FOREIGNKEY => Unavailable(exception),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new StoreRefusedException(
            $"The store at {_path} is damaged or no SQLite database ({exception.Message}). Restore a backup.", exception),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL or raw.SQLITE_IOERR or raw.SQLITE_FULL
            or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_NOMEM => Unavailable(exception),
        _ => null,
    };

    private StoreUnavailableException Unavailable(Exception exception) =>
        new($"The store at {_path} can't be used now: {exception.Message}", exception);

    private SqliteConnection Open(string settings)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            SetBusyTimeout(connection, _longestWait);
            connection.Execute(settings);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // A deleted file goes on giving what it held, and taking writes that nobody will find again.
    private void RefuseDeleted()
    {
        if (!File.Exists(_path))
            throw new StoreUnavailableException($"The store at {_path} is gone.");
    }

    private static void SetBusyTimeout(SqliteConnection connection, TimeSpan wait) =>
        raw.sqlite3_busy_timeout(connection.Handle, Math.Max(1, (int)wait.TotalMilliseconds));

    private async Task WaitAsync(SemaphoreSlim gate, TimeSpan longest, CancellationToken cancellationToken)
    {
        if (!await gate.WaitAsync(longest, cancellationToken))
            throw new StoreUnavailableException($"The store at {_path} had too much to do for {longest.TotalSeconds} s.");
    }

    private async ValueTask GiveReaderBackAsync(SqlLease lease)
    {
        try
        {
            if (lease.IsSpoilt)
                await lease.Connection.DisposeAsync();
            else
                _idleReaders.Add((SqliteConnection)lease.Connection);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async ValueTask GiveWriterBackAsync(SqlLease lease)
    {
        try
        {
            if (lease.IsSpoilt)
                await lease.Connection.DisposeAsync();
            else
                _idleWriter = (SqliteConnection)lease.Connection;
        }
        finally
        {
            _writing.Release();
        }
    }
}
