using MfaGateway.Core.Auditing;

namespace MfaGateway.Storage.Sql;

public sealed class SqlAuditStore : IAuditStore
{
    private readonly SqlDatabase _database;

    internal SqlAuditStore(SqlDatabase database) => _database = database;

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                // Writers queue at this row, so numbers have no gap and come in the order of writing.
                var sequence = await scope.ScalarAsync<long>(
                    "UPDATE audit_heads SET last_sequence = last_sequence + 1 WHERE id = 1 RETURNING last_sequence");
                return await scope.ExecuteAsync(
                    """
                    INSERT INTO audit_entries (sequence, at, event, account_id, actor, client_address, succeeded, detail)
                    VALUES (@Sequence, @At, @Event, @AccountId, @Actor, @ClientAddress, @Succeeded, @Detail)
                    """,
                    EntryRow.From(sequence, entry));
            },
            cancellationToken);

    public Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(long? before, int count, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<RecordedAuditEntry>>(
            async scope =>
            {
                var rows = await scope.ListAsync<EntryRow>(
                    """
                    SELECT sequence AS Sequence, at AS At, event AS Event, account_id AS AccountId, actor AS Actor,
                      client_address AS ClientAddress, succeeded AS Succeeded, detail AS Detail
                    FROM audit_entries WHERE sequence < @Before ORDER BY sequence DESC LIMIT @Count
                    """,
                    new { Before = before ?? long.MaxValue, Count = (long)count });
                return [.. rows.Select(row => row.ToEntry())];
            },
            cancellationToken);

    private sealed record EntryRow(
        long Sequence, long At, string Event, string? AccountId, string? Actor, string? ClientAddress, long Succeeded, string? Detail)
    {
        public static EntryRow From(long sequence, AuditEntry entry) => new(
            sequence, Columns.FromTime(entry.At), entry.Event, entry.AccountId, entry.Actor, entry.ClientAddress,
            Columns.FromFlag(entry.Succeeded), entry.Detail);

        public RecordedAuditEntry ToEntry() => new(
            Sequence, new AuditEntry(Columns.ToTime(At), Event, AccountId, Actor, ClientAddress, Succeeded != 0, Detail));
    }
}
