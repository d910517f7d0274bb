using MfaGateway.Core.Auditing;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Storage.Sql;

public sealed class SqlClockStore : IClockStore
{
    private readonly SqlDatabase _database;

    internal SqlClockStore(SqlDatabase database) => _database = database;

    public Task<DateTimeOffset?> FindMarkAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => await scope.ScalarAsync<byte[]>("SELECT value FROM facts WHERE name = @Name", new { Name = FactNames.ClockMark }) is { } mark
                ? Columns.FromBytes(mark)
                : (DateTimeOffset?)null,
            cancellationToken);

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
                    INSERT INTO facts (name, value) VALUES (@Name, @Now)
                    ON CONFLICT (name) DO UPDATE SET value = excluded.value
                    """,
                    new { Name = FactNames.ClockMark, Now = Columns.ToBytes(now) });
                await scope.RecordAsync(entry);
                return true;
            },
            cancellationToken);

    /// <summary>The same within the caller's transaction, which takes no other row after this one.</summary>
    internal static Task<int> RaiseAsync(SqlScope scope, DateTimeOffset now) => scope.ExecuteAsync(
        """
        INSERT INTO facts (name, value) VALUES (@Name, @Now)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE facts.value <= @AStepBefore
        """,
        new { Name = FactNames.ClockMark, Now = Columns.ToBytes(now), AStepBefore = Columns.ToBytes(now - ClockRules.MarkStep) });
}
