namespace MfaGateway.Core.Auditing;

/// <summary>
/// Entries that do not fit what is before them, as runs from the first that does not to the next that does. Whether they
/// were edited or stand in another's place is told in the end, when all of them are known.
/// </summary>
internal sealed class BrokenRuns(AuditChain chain)
{
    // Enough to name what was moved. A chain that is broken throughout is only said to be.
    private const int MostKept = 500;

    private readonly List<Run> _runs = [];
    private readonly List<ChainedAuditEntry> _pool = [];
    private Run? _open;
    private byte[]? _computed;

    /// <summary>
    /// Whether an entry fits what is before it. After an entry whose code alone was changed that is what the code should be.
    /// </summary>
    public bool GoesOn(byte[] previous, ChainedAuditEntry entry) =>
        chain.Fits(previous, entry.Recorded, entry.Mac)
        || (_computed is not null && chain.Fits(_computed, entry.Recorded, entry.Mac));

    public void Add(byte[] previous, ChainedAuditEntry entry)
    {
        if (_open is null)
        {
            _open = new Run(entry.Recorded.Sequence, previous);
            if (_runs.Count < MostKept)
                _runs.Add(_open);
        }

        _computed = chain.Mac(_computed ?? previous, entry.Recorded);
        _open.Last = entry.Recorded.Sequence;
        if (_pool.Count < MostKept)
            _pool.Add(entry);
    }

    public void End() => (_open, _computed) = (null, null);

    public IEnumerable<AuditFault> Explain() => _runs.SelectMany(Explain);

    private IEnumerable<AuditFault> Explain(Run run)
    {
        var previous = run.Previous;
        for (var place = run.First; place <= run.Last; place++)
        {
            var found = _pool.Find(entry => chain.Fits(previous, entry.Recorded with { Sequence = place }, entry.Mac));
            if (found is null)
            {
                yield return new AuditFault(AuditFaultKind.Edited, place, run.Last);
                yield break;
            }

            if (found.Recorded.Sequence != place)
                yield return new AuditFault(AuditFaultKind.Reordered, place);
            previous = found.Mac!;
        }
    }

    private sealed class Run(long first, byte[] previous)
    {
        public long First { get; } = first;

        /// <summary>The code before the run, which did fit.</summary>
        public byte[] Previous { get; } = previous;

        public long Last { get; set; } = first;
    }
}
