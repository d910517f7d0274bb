using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Storage.Sql;

public sealed class SqlAuditStore : IAuditStore
{
    private readonly SqlDatabase _database;

    internal SqlAuditStore(SqlDatabase database) => _database = database;

    /// <summary>Gives the store the key of its chain: before that nothing can be recorded.</summary>
    public void Open(AuditChain chain) => _database.Trail.Open(chain);

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                await scope.RecordAsync(entry);
                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(long? before, int count, CancellationToken cancellationToken) =>
        ListAsync(new AuditFilter(), before, count, cancellationToken);

    public Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(
        AuditFilter filter, long? before, int count, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<RecordedAuditEntry>>(
            async scope =>
            {
                var (sql, arguments) = AuditQuery.Of(filter, before, count);
                return [.. (await scope.ListAsync<AuditRow>(sql, arguments)).Select(row => row.ToEntry())];
            },
            cancellationToken);

    public Task<AuditHead?> ReadHeadAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(AuditHeadRow.ReadAsync, cancellationToken);

    public Task<IReadOnlyList<ChainedAuditEntry>> ReadChainAsync(long after, int count, CancellationToken cancellationToken) =>
        _database.ReadAsync(scope => ReadChainAsync(scope, after, count), cancellationToken);

    public Task<AuditTrimming> TrimAsync(
        DateTimeOffset olderThan, int count, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.WriteAsync(scope => TrimAsync(scope, olderThan, count, now), cancellationToken);

    private static async Task<IReadOnlyList<ChainedAuditEntry>> ReadChainAsync(SqlScope scope, long after, int count)
    {
        var rows = await scope.ListAsync<AuditRow>(
            $"{AuditRow.Selected} WHERE sequence > @After ORDER BY sequence LIMIT @Count", new { After = after, Count = (long)count });
        return [.. rows.Select(row => row.ToChained())];
    }

    private async Task<AuditTrimming> TrimAsync(SqlScope scope, DateTimeOffset olderThan, int count, DateTimeOffset now)
    {
        var chain = _database.Trail.Chain;
        await DeletedAccounts.TrimAsync(scope, olderThan);
        var head = await AuditHeadRow.LockAsync(scope);
        if (head is null || !chain.IsAuthentic(head))
            return new AuditTrimming(0, new AuditFault(AuditFaultKind.HeadForged, head?.FirstSequence ?? 1));

        var oldest = await ReadChainAsync(scope, long.MinValue, count);
        var plan = AuditRetention.Plan(chain, head, oldest, olderThan);
        if (plan.Deleted == 0)
            return new AuditTrimming(0, plan.Fault);

        await scope.ExecuteAsync("DELETE FROM audit_log WHERE sequence < @First", new { First = plan.Head.FirstSequence });
        await AuditHeadRow.WriteAsync(scope, chain.Seal(plan.Head));
        await scope.RecordAsync(new AuditEntry(
            now, AuditEvents.AuditTrimmed, AccountId: null, Actor.Gateway.Name, ClientAddress: null, Succeeded: true, plan.Describe(head)));
        return new AuditTrimming(plan.Deleted, plan.Fault);
    }
}
