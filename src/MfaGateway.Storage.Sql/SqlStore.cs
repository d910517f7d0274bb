using MfaGateway.Storage.Sql.PostgreSql;
using MfaGateway.Storage.Sql.Sqlite;

namespace MfaGateway.Storage.Sql;

/// <summary>One store and all that is in it. Open it with <see cref="Lifecycle"/> before anything else is asked.</summary>
public sealed class SqlStore : IAsyncDisposable
{
    private SqlStore(SqlDialect dialect)
    {
        Database = new SqlDatabase(dialect);
        Lifecycle = new SqlStoreLifecycle(Database);
        Accounts = new SqlAccountStore(Database);
        Directory = new SqlAccountDirectory(Database);
        Passwords = new SqlPasswordStore(Database);
        PasswordTokens = new SqlPasswordTokenStore(Database);
        Totp = new SqlTotpStore(Database);
        RecoveryCodes = new SqlRecoveryCodeStore(Database);
        MagicCodes = new SqlMagicCodeStore(Database);
        Applications = new SqlApplicationStore(Database);
        EnrollmentCodes = new SqlEnrollmentCodeStore(Database);
        Attempts = new SqlAttemptStore(Database);
        Flows = new SqlChallengeFlowStore(Database);
        Sessions = new SqlSessionStore(Database);
        KnownBrowsers = new SqlKnownBrowserStore(Database);
        Audit = new SqlAuditStore(Database);
        OwnChanges = new SqlOwnChangeStore(Database);
        Administration = new SqlAdministrationStore(Database);
        SigningKeys = new SqlSigningKeyStore(Database);
        Mail = new SqlMailOutbox(Database);
        Clock = new SqlClockStore(Database);
    }

    public SqlStoreLifecycle Lifecycle { get; }

    public SqlClockStore Clock { get; }

    public SqlAccountStore Accounts { get; }

    public SqlAccountDirectory Directory { get; }

    public SqlAdministrationStore Administration { get; }

    public SqlPasswordStore Passwords { get; }

    public SqlPasswordTokenStore PasswordTokens { get; }

    public SqlTotpStore Totp { get; }

    public SqlRecoveryCodeStore RecoveryCodes { get; }

    public SqlMagicCodeStore MagicCodes { get; }

    public SqlApplicationStore Applications { get; }

    public SqlEnrollmentCodeStore EnrollmentCodes { get; }

    public SqlAttemptStore Attempts { get; }

    public SqlChallengeFlowStore Flows { get; }

    public SqlSessionStore Sessions { get; }

    public SqlKnownBrowserStore KnownBrowsers { get; }

    public SqlAuditStore Audit { get; }

    public SqlOwnChangeStore OwnChanges { get; }

    public SqlSigningKeyStore SigningKeys { get; }

    public SqlMailOutbox Mail { get; }

    internal SqlDatabase Database { get; }

    /// <summary>The embedded store.</summary>
    /// <param name="path">Its file; SQLite keeps two more beside it (<c>-wal</c>, <c>-shm</c>).</param>
    public static SqlStore Sqlite(string path) => Sqlite(path, SqlDialect.LongestWait);

    /// <summary>A store that several nodes share.</summary>
    /// <param name="connectionString">
    /// Npgsql's keywords. Tables are kept in the schema <c>mfa_gateway</c> unless <c>Search Path</c> names another one.
    /// </param>
    /// <exception cref="ArgumentException">Not a connection string.</exception>
    public static SqlStore PostgreSql(string connectionString) => PostgreSql(connectionString, SqlDialect.LongestWait);

    public ValueTask DisposeAsync() => Database.Dialect.DisposeAsync();

    internal static SqlStore Sqlite(string path, TimeSpan longestWait) => new(new SqliteDialect(path, longestWait));

    internal static SqlStore PostgreSql(string connectionString, TimeSpan longestWait) =>
        new(new PostgreSqlDialect(connectionString, longestWait));
}
