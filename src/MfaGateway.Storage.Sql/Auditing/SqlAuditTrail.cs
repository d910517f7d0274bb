using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Storage.Sql;

/// <summary>Appends to the audit chain within any store's transaction: what was done and the entry of it, or neither.</summary>
internal sealed class SqlAuditTrail
{
    private AuditChain? _chain;

    /// <exception cref="InvalidOperationException">The store was opened without the key of its chain.</exception>
    public AuditChain Chain =>
        _chain ?? throw new InvalidOperationException("A store's audit chain is opened with its key before anything is recorded.");

    public void Open(AuditChain chain) => _chain = chain;

    public async Task AppendAsync(SqlScope scope, AuditEntry entry)
    {
        // Writers queue at this row, so numbers have no gap and come in the order of writing.
        var head = await AuditHeadRow.LockAsync(scope);
        if (head is not null && Chain.IsAuthentic(head) && await TryAddAsync(scope, head, entry) is { } next)
        {
            await AuditHeadRow.WriteAsync(scope, next);
            return;
        }

        await GoOnAsync(scope, head, entry);
    }

    /// <summary>
    /// Somebody changed the head, or put entries where the next one goes. Sealing on top of that would hide it, and
    /// refusing would let whoever can write one row shut everybody out: the chain goes on behind an entry that tells.
    /// </summary>
    private async Task GoOnAsync(SqlScope scope, AuditHead? found, AuditEntry entry)
    {
        var last = await scope.FindAsync<AuditRow>($"{AuditRow.Selected} ORDER BY sequence DESC LIMIT 1");
        var head = new AuditHead(
            found?.FirstSequence ?? 1, found?.MacBefore ?? AuditChain.NoMac, last?.Sequence ?? 0, last?.Mac ?? AuditChain.NoMac, Seal: null);
        foreach (var next in new[] { Broken(entry.At), entry })
        {
            head = await TryAddAsync(scope, head, next)
                ?? throw new InvalidOperationException($"There is an entry after the last one, {head.LastSequence}.");
        }

        await AuditHeadRow.WriteAsync(scope, head);
    }

    private static AuditEntry Broken(DateTimeOffset at) =>
        new(at, AuditEvents.ChainBroken, AccountId: null, Actor.Gateway.Name, ClientAddress: null, Succeeded: false, Detail: null);

    /// <returns>The head with this entry as its last; null when there is an entry of that number.</returns>
    private async Task<AuditHead?> TryAddAsync(SqlScope scope, AuditHead head, AuditEntry entry)
    {
        var recorded = new RecordedAuditEntry(checked(head.LastSequence + 1), AuditText.Clean(entry));
        var mac = Chain.Mac(head.LastMac, recorded);
        var added = await scope.ExecuteAsync(
            """
            INSERT INTO audit_log (sequence, at, event, account_id, actor, client_address, succeeded, detail, mac)
            VALUES (@Sequence, @At, @Event, @AccountId, @Actor, @ClientAddress, @Succeeded, @Detail, @Mac)
            ON CONFLICT (sequence) DO NOTHING
            """,
            AuditRow.From(recorded, mac));
        return added == 1 ? Chain.Seal(head with { LastSequence = recorded.Sequence, LastMac = mac }) : null;
    }
}
