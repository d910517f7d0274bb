using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Auditing;

/// <summary>The audit log and its chain.</summary>
public sealed class AuditStore(Transactions transactions)
{
    /// <summary>Gives the store the key of its chain: before that nothing can be recorded.</summary>
    public void Open(AuditChain chain) => transactions.Open(chain);

    /// <summary>Adds an entry and its place in the chain in one transaction. Texts are kept as <see cref="AuditText"/> gives them.</summary>
    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) => AppendAllAsync([entry], cancellationToken);

    /// <summary>Appends entries, one behind the other, in one transaction.</summary>
    public Task AppendAllAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            transaction =>
            {
                foreach (var entry in entries)
                    transaction.Keep(entry);
                return Task.CompletedTask;
            },
            cancellationToken);

    /// <summary>The newest entries first, at most <paramref name="count"/>, with a sequence below <paramref name="before"/> if given.</summary>
    public Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(long? before, int count, CancellationToken cancellationToken) =>
        ListAsync(new AuditFilter(), before, count, cancellationToken);

    /// <summary>The same of those entries alone that the filter lets through.</summary>
    public Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(
        AuditFilter filter, long? before, int count, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Audit.ListAsync(filter, before, count), cancellationToken);

    /// <summary>Where the chain begins and ends; null when the store has lost it.</summary>
    public Task<AuditHead?> ReadHeadAsync(CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Audit.FindHeadAsync(), cancellationToken);

    /// <summary>Entries with their codes, oldest first, at most <paramref name="count"/>, with a sequence above <paramref name="after"/>.</summary>
    public Task<IReadOnlyList<ChainedAuditEntry>> ReadChainAsync(long after, int count, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Audit.ReadChainAsync(after, count), cancellationToken);

    /// <summary>
    /// Deletes the oldest entries as long as they are of before <paramref name="olderThan"/>, at most <paramref name="count"/>
    /// of them, moves the beginning of the chain behind them and records that, in one transaction. What does not verify is
    /// evidence and stays, with all that follows it.
    /// </summary>
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
