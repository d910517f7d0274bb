using MfaGateway.Core.Auditing;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Storage.Sql;

public sealed class SqlClockStore : IClockStore
{
    private readonly SqlDatabase _database;

    internal SqlClockStore(SqlDatabase database) => _database = database;

    public Task<DateTimeOffset?> FindMarkAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => Columns.ToTime(await scope.ScalarAsync<long?>("SELECT latest_at FROM clock_marks WHERE id = 1")), cancellationToken);

    public Task RaiseMarkAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            scope => RaiseAsync(scope, now),
            cancellationToken);

    public Task ResetMarkAsync(DateTimeOffset now, AuditEntry entry, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                await scope.ExecuteAsync(
                    """
                    INSERT INTO clock_marks (id, latest_at) VALUES (1, @Now)
                    ON CONFLICT (id) DO UPDATE SET latest_at = excluded.latest_at
                    """,
                    new { Now = Columns.FromTime(now) });
                await scope.RecordAsync(entry);
                return true;
            },
            cancellationToken);

    /// <summary>The same within the caller's transaction, which takes no other row after this one.</summary>
    internal static Task<int> RaiseAsync(SqlScope scope, DateTimeOffset now) => scope.ExecuteAsync(
        """
        INSERT INTO clock_marks (id, latest_at) VALUES (1, @Now)
        ON CONFLICT (id) DO UPDATE SET latest_at = excluded.latest_at WHERE clock_marks.latest_at < @Now - @Step
        """,
        new { Now = Columns.FromTime(now), Step = (long)ClockRules.MarkStep.TotalMilliseconds - 1 });
}
