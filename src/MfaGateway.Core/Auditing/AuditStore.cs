using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Auditing;

/// <summary>The audit log and its chain.</summary>
public sealed class AuditStore(Transactions transactions) : IAuditStore
{
    /// <summary>Gives the store the key of its chain: before that nothing can be recorded.</summary>
    public void Open(AuditChain chain) => transactions.Open(chain);

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            transaction =>
            {
                transaction.Keep(entry);
                return Task.CompletedTask;
            },
            cancellationToken);

    public Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(long? before, int count, CancellationToken cancellationToken) =>
        ListAsync(new AuditFilter(), before, count, cancellationToken);

    public Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(
        AuditFilter filter, long? before, int count, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Audit.ListAsync(filter, before, count), cancellationToken);

    public Task<AuditHead?> ReadHeadAsync(CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Audit.FindHeadAsync(), cancellationToken);

    public Task<IReadOnlyList<ChainedAuditEntry>> ReadChainAsync(long after, int count, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Audit.ReadChainAsync(after, count), cancellationToken);

    public Task<AuditTrimming> TrimAsync(
        DateTimeOffset olderThan, int count, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => TrimAsync(transaction, olderThan, count, now), cancellationToken);

    private async Task<AuditTrimming> TrimAsync(Transaction transaction, DateTimeOffset olderThan, int count, DateTimeOffset now)
    {
        var chain = transactions.Chain;
        await transaction.DeletedAccounts.TrimAsync(olderThan);
        var head = await transaction.Audit.HoldHeadAsync();
        if (head is null || !chain.IsAuthentic(head))
            return new AuditTrimming(0, new AuditFault(AuditFaultKind.HeadForged, head?.FirstSequence ?? 1));

        var oldest = await transaction.Audit.ReadChainAsync(long.MinValue, count);
        var plan = AuditRetention.Plan(chain, head, oldest, olderThan);
        if (plan.Deleted == 0)
            return new AuditTrimming(0, plan.Fault);

        await transaction.Audit.DeleteBeforeAsync(plan.Head.FirstSequence);
        await transaction.Audit.SetHeadAsync(chain.Seal(plan.Head));
        transaction.Keep(new AuditEntry(
            now, AuditEvents.AuditTrimmed, AccountId: null, Actor.Gateway.Name, ClientAddress: null, Succeeded: true, plan.Describe(head)));
        return new AuditTrimming(plan.Deleted, plan.Fault);
    }
}
