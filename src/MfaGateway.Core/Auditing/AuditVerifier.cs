namespace MfaGateway.Core.Auditing;

/// <summary>
/// Walks a chain from its oldest entry to its newest. It reads nothing itself: give it every entry in order, then the
/// head once more, for a gateway may have been appending meanwhile.
/// </summary>
/// <param name="chain">The key of the store.</param>
/// <param name="head">The head as it was before the first entry was read; null when it is gone.</param>
/// <param name="mark">What was seen of the chain before, if anything.</param>
public sealed class AuditVerifier(AuditChain chain, AuditHead? head, AuditMark? mark)
{
    private readonly List<AuditFault> _faults = [];
    private readonly BrokenRuns _runs = new(chain);
    private readonly long _first = head?.FirstSequence ?? 1;
    private long _entries;
    private long _next = head?.FirstSequence ?? 1;
    private byte[]? _previous = head?.MacBefore ?? AuditChain.NoMac;
    private byte[]? _lastMac;
    private byte[]? _markedMac;

    public void Add(ChainedAuditEntry entry)
    {
        var sequence = entry.Recorded.Sequence;
        _entries++;
        if (sequence < _next)
        {
            Found(AuditFaultKind.Added, sequence, sequence);
            return;
        }

        if (sequence > _next)
        {
            Found(AuditFaultKind.Missing, _next, sequence - 1);
            _previous = null; // the code that this entry was bound to went with the missing one
            _runs.End();
        }

        _next = sequence + 1;
        Remember(sequence, entry.Mac);
        if (sequence <= chain.UnchainedTo)
            AddUnchained(entry);
        else
            AddChained(entry);
    }

    /// <param name="headAfter">The head as it was after the last entry was read.</param>
    public AuditReport Finish(AuditHead? headAfter)
    {
        _faults.AddRange(_runs.Explain());
        var last = _next - 1;
        if (head is null || headAfter is null || !chain.IsAuthentic(head) || !chain.IsAuthentic(headAfter))
            Found(AuditFaultKind.HeadForged, _next, _next);
        else
            CompareHeads(head, headAfter, last);
        if (mark is not null && mark.Sequence >= _first && (_markedMac is null || !_markedMac.AsSpan().SequenceEqual(mark.Mac)))
            Found(AuditFaultKind.RolledBack, mark.Sequence, mark.Sequence);
        var unchainedTo = _first > chain.UnchainedTo ? 0 : Math.Min(chain.UnchainedTo, last);
        return new AuditReport(_entries, unchainedTo, [.. _faults.OrderBy(fault => fault.From).Take(AuditReport.MostFaults)]);
    }

    private void AddUnchained(ChainedAuditEntry entry)
    {
        if (entry.Mac is not null)
            Found(AuditFaultKind.Edited, entry.Recorded.Sequence, entry.Recorded.Sequence);
        _previous = AuditChain.NoMac;
    }

    private void AddChained(ChainedAuditEntry entry)
    {
        var recorded = entry.Recorded;
        if (recorded.Entry.Event == AuditEvents.ChainBroken)
            Found(AuditFaultKind.Interrupted, recorded.Sequence, recorded.Sequence);

        if (_previous is null || _runs.GoesOn(_previous, entry))
            _runs.End();
        else
            _runs.Add(_previous, entry);

        _previous = entry.Mac ?? AuditChain.NoMac;
    }

    // A row that a gateway wrote is in the store together with the head that counts it, and the head was read later.
    private void CompareHeads(AuditHead before, AuditHead after, long last)
    {
        // Retention went by meanwhile: what it has taken is not missing. It takes nothing behind a fault.
        _faults.RemoveAll(fault => fault.Kind == AuditFaultKind.Missing && fault.To < after.FirstSequence);
        if (last < before.LastSequence)
            Found(AuditFaultKind.CutOff, last + 1, before.LastSequence);
        else if (last > after.LastSequence)
            FoundAfterTheEnd(after.LastSequence, last);
        else if (_faults.Count == 0 && _lastMac is not null && !_lastMac.AsSpan().SequenceEqual(before.LastMac))
            Found(AuditFaultKind.RolledBack, before.LastSequence, before.LastSequence);
    }

    private void FoundAfterTheEnd(long end, long last)
    {
        _faults.RemoveAll(fault => fault.From > end); // whether they fit does not matter: nobody with the key counted them
        Found(AuditFaultKind.Added, end + 1, last);
    }

    private void Remember(long sequence, byte[]? mac)
    {
        if (sequence == head?.LastSequence)
            _lastMac = mac ?? AuditChain.NoMac;
        if (sequence == mark?.Sequence)
            _markedMac = mac ?? AuditChain.NoMac;
    }

    private void Found(AuditFaultKind kind, long from, long to)
    {
        // A store that is wrong throughout must not fill the memory with it.
        if (_faults.Count < AuditReport.MostFaults * 10)
            _faults.Add(new AuditFault(kind, from, to));
    }
}
