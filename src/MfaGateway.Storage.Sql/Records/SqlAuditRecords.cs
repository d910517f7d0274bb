using System.Text;
using Dapper;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlAuditRecords(SqlScope scope) : IAuditRecords
{
    private const string SelectedHead =
        """
        SELECT first_sequence AS FirstSequence, mac_before AS MacBefore, last_sequence AS LastSequence, last_mac AS LastMac, seal AS Seal
        FROM audit_chain WHERE id = 1
        """;

    private const string Selected =
        """
        SELECT sequence AS Sequence, at AS At, event AS Event, account_id AS AccountId, actor AS Actor,
          client_address AS ClientAddress, succeeded AS Succeeded, detail AS Detail, mac AS Mac
        FROM audit_log
        """;

    public Task<AuditHead?> FindHeadAsync() => FindHeadAsync(SelectedHead);

    public Task<AuditHead?> HoldHeadAsync() => FindHeadAsync(SelectedHead + scope.Dialect.LockRows);

    public Task SetHeadAsync(AuditHead head) => scope.ExecuteAsync(
        """
        INSERT INTO audit_chain (id, first_sequence, mac_before, last_sequence, last_mac, seal)
        VALUES (1, @FirstSequence, @MacBefore, @LastSequence, @LastMac, @Seal)
        ON CONFLICT (id) DO UPDATE SET first_sequence = excluded.first_sequence, mac_before = excluded.mac_before,
          last_sequence = excluded.last_sequence, last_mac = excluded.last_mac, seal = excluded.seal
        """,
        new HeadRow(head.FirstSequence, head.MacBefore, head.LastSequence, head.LastMac, head.Seal));

    public async Task<bool> TryAddAsync(RecordedAuditEntry entry, byte[] mac) =>
        await scope.ExecuteAsync(
            """
            INSERT INTO audit_log (sequence, at, event, account_id, actor, client_address, succeeded, detail, mac)
            VALUES (@Sequence, @At, @Event, @AccountId, @Actor, @ClientAddress, @Succeeded, @Detail, @Mac)
            ON CONFLICT (sequence) DO NOTHING
            """,
            Row.From(entry, mac)) == 1;

    public async Task<ChainedAuditEntry?> FindLastAsync() =>
        (await scope.FindAsync<Row>($"{Selected} ORDER BY sequence DESC LIMIT 1"))?.ToChained();

    public async Task<IReadOnlyList<ChainedAuditEntry>> ReadChainAsync(long after, int count) =>
    [
        .. (await scope.ListAsync<Row>(
            $"{Selected} WHERE sequence > @After ORDER BY sequence LIMIT @Count", new { After = after, Count = (long)count }))
            .Select(row => row.ToChained()),
    ];

    public async Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(AuditFilter filter, long? before, int count)
    {
        var sql = new StringBuilder(Selected).Append(" WHERE sequence < @Before");
        var arguments = new DynamicParameters();
        arguments.Add("Before", before ?? long.MaxValue);
        arguments.Add("Count", (long)count);
        foreach (var (condition, name, value) in ConditionsOf(filter))
        {
            if (value is null)
                continue;
            sql.Append(" AND ").Append(condition);
            arguments.Add(name, value);
        }

        var rows = await scope.ListAsync<Row>(sql.Append(" ORDER BY sequence DESC LIMIT @Count").ToString(), arguments);
        return [.. rows.Select(row => row.ToEntry())];
    }

    public Task DeleteBeforeAsync(long sequence) =>
        scope.ExecuteAsync("DELETE FROM audit_log WHERE sequence < @Sequence", new { Sequence = sequence });

    private async Task<AuditHead?> FindHeadAsync(string sql) =>
        await scope.FindAsync<HeadRow>(sql) is { } row
            ? new AuditHead(row.FirstSequence, row.MacBefore, row.LastSequence, row.LastMac, row.Seal)
            : null;

    // What people typed goes into arguments alone.
    private static IEnumerable<(string Condition, string Name, object? Value)> ConditionsOf(AuditFilter filter) =>
    [
        ("account_id = @AccountId", nameof(filter.AccountId), filter.AccountId),
        ("actor = @Actor", nameof(filter.Actor), filter.Actor),
        ("client_address = @ClientAddress", nameof(filter.ClientAddress), filter.ClientAddress),
        EventOf(filter.Event),
        ("succeeded = @Succeeded", nameof(filter.Succeeded), filter.Succeeded is { } succeeded ? Columns.FromFlag(succeeded) : null),
        ("at >= @From", nameof(filter.From), Columns.FromTime(filter.From)),
        ("at < @Until", nameof(filter.Until), Columns.FromTime(filter.Until)),
    ];

    // The beginning of a name is compared as such: LIKE would give "_" and "%" a meaning, and case differs between engines.
    private static (string, string, object?) EventOf(string? name) => name is not null && name.EndsWith('.')
        ? ("substr(event, 1, length(@Event)) = @Event", nameof(AuditFilter.Event), name)
        : ("event = @Event", nameof(AuditFilter.Event), name);

    private sealed record HeadRow(long FirstSequence, byte[] MacBefore, long LastSequence, byte[] LastMac, byte[]? Seal);

    private sealed record Row(
        long Sequence, long At, string Event, string? AccountId, string? Actor, string? ClientAddress, long Succeeded, string? Detail, byte[]? Mac)
    {
        public static Row From(RecordedAuditEntry recorded, byte[] mac)
        {
            var entry = recorded.Entry;
            return new Row(
                recorded.Sequence, Columns.FromTime(entry.At), entry.Event, entry.AccountId, entry.Actor, entry.ClientAddress,
                Columns.FromFlag(entry.Succeeded), entry.Detail, mac);
        }

        public RecordedAuditEntry ToEntry() => new(
            Sequence, new AuditEntry(Columns.ToTime(At), Event, AccountId, Actor, ClientAddress, Succeeded != 0, Detail));

        public ChainedAuditEntry ToChained() => new(ToEntry(), Mac);
    }
}
