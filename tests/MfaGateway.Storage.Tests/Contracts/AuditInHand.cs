using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;

namespace MfaGateway.Storage.Tests.Contracts;

/// <summary>The audit as one has it in hand who can write the store but has no key: takes it out, changes it, puts it back.</summary>
internal sealed class AuditInHand
{
    private readonly SortedDictionary<long, ChainedAuditEntry> _entries = [];

    private AuditInHand(IEnumerable<ChainedAuditEntry> entries, AuditHead head)
    {
        Head = head;
        foreach (var entry in entries)
            _entries.Add(entry.Recorded.Sequence, entry);
    }

    public AuditHead Head { get; set; }

    public static Task ChangeAsync(StoreServices store, Action<AuditInHand> change, CancellationToken cancellationToken) =>
        store.Engine.WriteAsync(
            async records =>
            {
                var inHand = new AuditInHand(await records.Audit.ReadChainAsync(long.MinValue, int.MaxValue), (await records.Audit.FindHeadAsync())!);
                change(inHand);
                await records.Audit.DeleteBeforeAsync(long.MaxValue);
                foreach (var (sequence, entry) in inHand._entries)
                    await records.Audit.TryAddAsync(entry.Recorded with { Sequence = sequence }, entry.Mac!);
                await records.Audit.SetHeadAsync(inHand.Head);
                return true;
            },
            cancellationToken);

    public byte[]? MacOf(long sequence) => _entries[sequence].Mac;

    public void Edit(long sequence, Func<AuditEntry, AuditEntry> edit) =>
        Put(sequence, edit(_entries[sequence].Recorded.Entry), MacOf(sequence));

    public void SetMac(long sequence, byte[]? mac) => Put(sequence, _entries[sequence].Recorded.Entry, mac);

    public void Put(long sequence, AuditEntry entry, byte[]? mac) => _entries[sequence] = new(new(sequence, entry), mac);

    public void Copy(long from, long to) => _entries[to] = _entries[from];

    public void Exchange(long one, long other) => (_entries[one], _entries[other]) = (_entries[other], _entries[one]);

    public void Delete(params ReadOnlySpan<long> sequences)
    {
        foreach (var sequence in sequences)
            _entries.Remove(sequence);
    }

    public void DeleteAbove(long sequence)
    {
        foreach (var above in _entries.Keys.Where(one => one > sequence).ToList())
            _entries.Remove(above);
    }

    /// <summary>Deletes an entry and gives those behind it its number and the following ones.</summary>
    public void CloseGap(long sequence)
    {
        foreach (var behind in _entries.Keys.Where(one => one > sequence).ToList())
            Copy(behind, behind - 1);
        _entries.Remove(_entries.Keys.Last());
    }
}
