using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Core.Auditing;

/// <summary>Appends to the audit chain within a transaction: what was done and the entry of it, or neither.</summary>
internal sealed class AuditTrail
{
    private AuditChain? _chain;

    /// <exception cref="InvalidOperationException">The store was opened without the key of its chain.</exception>
    public AuditChain Chain =>
        _chain ?? throw new InvalidOperationException("A store's audit chain is opened with its key before anything is recorded.");

    public void Open(AuditChain chain) => _chain = chain;

    public async Task AppendAsync(IAuditRecords records, IReadOnlyList<AuditEntry> entries)
    {
        // Transactions queue at the head, so numbers have no gap and come in the order of writing.
        var found = await records.HoldHeadAsync();
        var head = found is not null && Chain.IsAuthentic(found) ? found : await GoOnAsync(records, found, entries[0].At);
        foreach (var entry in entries)
        {
            if (await TryAddAsync(records, head, entry) is { } next)
            {
                head = next;
                continue;
            }

            head = await GoOnAsync(records, head, entry.At);
            head = await TryAddAsync(records, head, entry) ?? throw EntryAfterLast(head);
        }

        await records.SetHeadAsync(head);
    }

    /// <summary>
    /// The head was changed, or entries were put where the next one goes. Sealing on top of that would hide it, and refusing would let
    /// one who can write one row shut everyone out: the chain goes on behind an entry that tells.
    /// </summary>
    private async Task<AuditHead> GoOnAsync(IAuditRecords records, AuditHead? found, DateTimeOffset at)
    {
        var last = await records.FindLastAsync();
        var head = new AuditHead(
            found?.FirstSequence ?? 1, found?.MacBefore ?? AuditChain.NoMac, last?.Recorded.Sequence ?? 0, last?.Mac ?? AuditChain.NoMac, Seal: null);
        return await TryAddAsync(records, head, Broken(at)) ?? throw EntryAfterLast(head);
    }

    private static AuditEntry Broken(DateTimeOffset at) =>
        new(at, AuditEvents.ChainBroken, AccountId: null, Actor.Gateway.Name, ClientAddress: null, Succeeded: false, Detail: null);

    private static InvalidOperationException EntryAfterLast(AuditHead head) => new($"There is an entry after the last one, {head.LastSequence}.");

    /// <returns>The head with this entry as its last; null when there is an entry of that number.</returns>
    private async Task<AuditHead?> TryAddAsync(IAuditRecords records, AuditHead head, AuditEntry entry)
    {
        var recorded = new RecordedAuditEntry(checked(head.LastSequence + 1), AuditText.Clean(entry));
        var mac = Chain.Mac(head.LastMac, recorded);
        return await records.TryAddAsync(recorded, mac)
            ? Chain.Seal(head with { LastSequence = recorded.Sequence, LastMac = mac })
            : null;
    }
}
