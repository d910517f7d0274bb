using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql.Schema;

namespace MfaGateway.Storage.Sql;

public sealed class SqlStoreLifecycle : IStoreLifecycle
{
    private readonly SqlDatabase _database;

    internal SqlStoreLifecycle(SqlDatabase database) => _database = database;

    public async Task OpenAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        await _database.Dialect.PrepareAsync(_database, mayCreate, cancellationToken);
        await new SchemaUpgrade(_database).RunAsync(mayCreate, cancellationToken);
    }

    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => _database.Dialect.ExistsAsync(_database, cancellationToken);

    public async Task ProbeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var probedAt = Columns.FromTime(now);
        var read = await _database.WriteAsync(
            scope => scope.ScalarAsync<long>(
                """
                INSERT INTO probes (id, probed_at) VALUES (1, @ProbedAt)
                ON CONFLICT (id) DO UPDATE SET probed_at = excluded.probed_at
                RETURNING probed_at
                """,
                new { ProbedAt = probedAt }),
            cancellationToken);
        if (read != probedAt)
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

    public Task<long> ReadChangeMarkAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(
            scope => scope.ScalarAsync<long>("SELECT mark FROM change_marks WHERE id = 1"), cancellationToken);

    public Task<int> DeleteExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.WriteAsync(scope => DeleteExpiredAsync(scope, new { Now = Columns.FromTime(now) }), cancellationToken);

    private static async Task<int> DeleteExpiredAsync(SqlScope scope, object now)
    {
        var deleted = 0;
        foreach (var (table, key, end) in ((string, string, string)[])
            [
                ("sessions", "id", "expires_at"),
                ("challenge_flows", "id", "expires_at"),
                ("pending_totps", "flow_id", "expires_at"),
                ("attempt_buckets", "bucket_key", "window_ends_at"),
                ("mail_outbox", "id", "expires_at"),
            ])
        {
            // Rows that somebody is changing are left: waiting for them while holding others could end in a deadlock.
            deleted += await scope.ExecuteAsync(
                $"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {end} <= @Now{scope.Dialect.LockFreeRows})",
                now);
        }

        return deleted;
    }
}
