using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql.Schema;

namespace MfaGateway.Storage.Sql;

public sealed class SqlStoreLifecycle : IStoreLifecycle
{
    /// <summary>
    /// Changes that are kept for readers, in number: nodes read every quarter of a second, so this is enough for hours,
    /// and who comes later takes anybody for changed.
    /// </summary>
    private const long KeptChanges = 10_000;

    /// <summary>Above so many at once a list is of no more use than "anybody".</summary>
    private const long MostChanges = 1_000;

    private readonly SqlDatabase _database;

    internal SqlStoreLifecycle(SqlDatabase database) => _database = database;

    public event EventHandler? Changed
    {
        add => _database.Changed += value;
        remove => _database.Changed -= value;
    }

    public async Task OpenAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        await _database.Dialect.PrepareAsync(_database, mayCreate, cancellationToken);
        await new SchemaUpgrade(_database).RunAsync(mayCreate, cancellationToken);
    }

    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => _database.Dialect.ExistsAsync(_database, cancellationToken);

    public async Task ProbeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var probedAt = Columns.ToBytes(now);
        var read = await _database.WriteAsync(
            scope => scope.ScalarAsync<byte[]>(
                """
                INSERT INTO facts (name, value) VALUES (@Name, @ProbedAt)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                RETURNING value
                """,
                new { Name = FactNames.Probe, ProbedAt = probedAt }),
            cancellationToken);
        if (read is null || !read.AsSpan().SequenceEqual(probedAt))
            throw new StoreUnavailableException($"The store at {_database.Dialect.Location} did not keep what was written to it.");
    }

    public Task<byte[]?> FindFactAsync(string name, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            scope => scope.ScalarAsync<byte[]>("SELECT value FROM facts WHERE name = @Name", new { Name = name }),
            cancellationToken);

    public Task<bool> TryAddFactAsync(string name, byte[] value, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope => await scope.ExecuteAsync(
                "INSERT INTO facts (name, value) VALUES (@Name, @Value) ON CONFLICT (name) DO NOTHING",
                new { Name = name, Value = value }) == 1,
            cancellationToken);

    public Task<AccountChanges> ReadChangesAsync(long since, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope =>
            {
                // One statement, so that the mark and the list are of the same moment.
                var rows = await scope.ListAsync<ChangeRow>(
                    """
                    SELECT change_marks.mark AS Mark, account_changes.account_id AS AccountId
                    FROM change_marks LEFT JOIN account_changes
                      ON account_changes.mark > @Since AND change_marks.mark - @Since <= @Most
                    WHERE change_marks.id = 1
                    """,
                    new { Since = since, Most = MostChanges });
                return ToChanges(rows, since);
            },
            cancellationToken);

    public Task<int> DeleteExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.WriteAsync(scope => DeleteExpiredAsync(scope, new { Now = Columns.FromTime(now) }), cancellationToken);

    private static async Task<int> DeleteExpiredAsync(SqlScope scope, object now)
    {
        var deleted = 0;
        foreach (var (table, key, end) in ((string, string, string)[])
            [
                ("sessions", "id", "expires_at"),
                ("session_successions", "ended_session_id", "expires_at"),
                ("challenge_flows", "id", "expires_at"),
                ("code_requests", "id", "expires_at"),
                ("pending_totps", "flow_id", "expires_at"),
                ("attempt_counts", "bucket_key", "forget_at"),
                ("known_browsers", "id", "expires_at"),
                ("password_tokens", "token_hash", "expires_at"),
                ("mail_outbox", "id", "expires_at"),
            ])
        {
            // Rows that somebody is changing are left: waiting for them while holding others could end in a deadlock.
            deleted += await scope.ExecuteAsync(
                $"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {end} <= @Now{scope.Dialect.LockFreeRows})",
                now);
        }

        return deleted + await DeleteOldChangesAsync(scope);
    }

    private static Task<int> DeleteOldChangesAsync(SqlScope scope) => scope.ExecuteAsync(
        $"""
        DELETE FROM account_changes WHERE mark IN (
          SELECT mark FROM account_changes
          WHERE mark <= (SELECT mark - @Kept FROM change_marks WHERE id = 1){scope.Dialect.LockFreeRows})
        """,
        new { Kept = KeptChanges });

    /// <summary>
    /// Each mark has one row. One that is missing (swept, raised by a program that wrote none, a mark set back by a restored
    /// backup) shows in the count.
    /// </summary>
    private static AccountChanges ToChanges(IReadOnlyList<ChangeRow> rows, long since)
    {
        // No mark at all: somebody has emptied the table, and nobody knows what else.
        if (rows.Count == 0)
            throw new StoreRefusedException("The store has lost its change mark. Restore a backup.");

        var mark = rows[0].Mark;
        var accountIds = rows.Select(row => row.AccountId).OfType<string>().ToList();
        return accountIds.Count == mark - since ? AccountChanges.Of(mark, accountIds) : AccountChanges.Anybody(mark);
    }

    private sealed record ChangeRow(long Mark, string? AccountId);
}
