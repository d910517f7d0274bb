using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using MfaGateway.Core.Storage;
using Npgsql;

namespace MfaGateway.Storage.Sql.PostgreSql;

/// <summary>
/// PostgreSQL under READ COMMITTED: every decision is one conditional statement whose rows affected decide, and rows
/// that a decision rests on are locked, accounts first, then keys in order, then the
/// audit head, the change mark last.
/// </summary>
internal sealed class PostgreSqlDialect : SqlDialect
{
    private const string DefaultSchema = "mfa_gateway";
    private const long SchemaLock = 0x4D464147; // "MFAG": advisory locks are numbers

    private readonly NpgsqlDataSource _source;
    private readonly string _schema;

    public PostgreSqlDialect(string connectionString, TimeSpan longestWait)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        var seconds = Math.Max(1, (int)longestWait.TotalSeconds);
        builder.SearchPath ??= DefaultSchema;
        builder.CommandTimeout = seconds;
        builder.Timeout = seconds;
        builder.ApplicationName ??= "MfaGateway";
        if (!builder.ContainsKey("Maximum Pool Size"))
            builder.MaxPoolSize = 20; // several nodes share the server's connections (100 by default)
        if (!builder.ContainsKey("Max Auto Prepare"))
            builder.MaxAutoPrepare = 64;
        // What is answered is on disk; a node that froze with a lock in hand does not hold up the others for long.
        builder.Options = string.Join(
            ' ',
            builder.Options,
            "-c synchronous_commit=on",
            $"-c lock_timeout={seconds}s",
            "-c idle_in_transaction_session_timeout=15s").Trim();
        _schema = builder.SearchPath;
        Location = $"{builder.Host}:{builder.Port}/{builder.Database}, schema {_schema}";
        _source = NpgsqlDataSource.Create(builder);
    }

    public override string MigrationsFolder => "PostgreSql";

    public override string Location { get; }

    // Foreign keys refer to accounts all the time; this lock leaves them alone.
    public override string LockRows => " FOR NO KEY UPDATE";

    public override string LockFreeRows => " FOR UPDATE SKIP LOCKED";

    public override Task<bool> ExistsAsync(SqlDatabase database, CancellationToken cancellationToken) =>
        database.ReadAsync(HasSchemaAsync, cancellationToken);

    public override async Task PrepareAsync(SqlDatabase database, bool mayCreate, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(scope => scope.ScalarAsync<string>("SHOW fsync"), cancellationToken) == "on")
            return;
        throw new StoreRefusedException(
            $"The PostgreSQL server of {Location} runs with fsync off: a used code could come back after a power cut. "
            + "Set fsync = on in postgresql.conf.");
    }

    public override async Task<SqlLease> RentReaderAsync(CancellationToken cancellationToken) =>
        new(await _source.OpenConnectionAsync(cancellationToken), static lease => lease.Connection.DisposeAsync());

    public override Task<SqlLease> RentWriterAsync(CancellationToken cancellationToken) => RentReaderAsync(cancellationToken);

    public override async Task<DbTransaction?> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);

    public override async Task EndWriteAsync(DbConnection connection, DbTransaction? transaction, bool isKept)
    {
        await using var ending = transaction!;
        if (isKept)
            await ending.CommitAsync(CancellationToken.None);
        else
            await ending.RollbackAsync(CancellationToken.None);
    }

    public override async Task LockSchemaAsync(SqlScope scope)
    {
        await scope.ExecuteAsync($"SELECT pg_advisory_xact_lock({SchemaLock})");
        // Asked first: making a schema takes a right that the account may lack where somebody else has made it.
        if (await scope.ScalarAsync<long>("SELECT COUNT(*) FROM pg_namespace WHERE nspname = @Name", new { Name = _schema }) == 0)
            await scope.ExecuteAsync($"CREATE SCHEMA \"{_schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
    }

    public override async Task<bool> HasSchemaAsync(SqlScope scope) =>
        await scope.ScalarAsync<long>(
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname = @Name AND tablename = 'schema_versions'", new { Name = _schema }) == 1;

    public override bool IsConflict(Exception exception) =>
        // Another one added what this one had just seen to be free, or deleted what it refers to: looked at again, it finds that.
        exception is PostgresException
        {
            SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation
                or PostgresErrorCodes.ForeignKeyViolation,
        };

    protected override Exception? Explain(Exception exception) => exception switch
    {
        PostgresException postgres => Explain(postgres),
        NpgsqlException or SocketException or IOException or TimeoutException => Unavailable(exception),
        _ => null,
    };

    public override ValueTask DisposeAsync() => _source.DisposeAsync();

    private Exception? Explain(PostgresException exception) => exception.SqlState switch
    {
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InvalidSchemaName =>
            Refused(exception, "Make the database, or restore a backup of it"),
        PostgresErrorCodes.InsufficientPrivilege => Refused(exception, "Grant the account the right to use and make tables"),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => Refused(exception, "Restore a backup"),
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.ReadOnlySqlTransaction => Unavailable(exception),
        // Connection, authorization, resources (disk full), operator (shutdown), system (I/O error).
        ['0', '8', ..] or ['2', '8', ..] or ['5', '3', ..] or ['5', '7', ..] or ['5', '8', ..] => Unavailable(exception),
        ['2', '5', ..] => Unavailable(exception),
        _ => null,
    };

    private StoreUnavailableException Unavailable(Exception exception) =>
        new($"The store at {Location} can't be used now: {exception.Message}", exception);

    private StoreRefusedException Refused(PostgresException exception, string advice) =>
        new($"The store at {Location} can't be served from: {exception.MessageText}. {advice}.", exception);
}
