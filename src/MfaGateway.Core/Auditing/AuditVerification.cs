namespace MfaGateway.Core.Auditing;

/// <summary>Verifies the chain of a store that may be in use meanwhile.</summary>
public sealed class AuditVerification(AuditStore store, AuditChain chain)
{
    private const int PageSize = 2000;
    private const int MostRuns = 3;

    /// <param name="mark">What was seen of the chain before, or null.</param>
    /// <exception cref="Storage.StoreUnavailableException">The store can't be read.</exception>
    public async Task<AuditReport> VerifyAsync(AuditMark? mark, CancellationToken cancellationToken)
    {
        for (var run = 1; ; run++)
        {
            var before = await store.ReadHeadAsync(cancellationToken);
            var verifier = new AuditVerifier(chain, before, mark);
            await WalkAsync(verifier, cancellationToken);
            var after = await store.ReadHeadAsync(cancellationToken);
            var report = verifier.Finish(after);

            // Retention went by while the entries were read: what it deleted is not missing.
            if (report.IsWhole || run == MostRuns || after?.FirstSequence == before?.FirstSequence)
                return report;
        }
    }

    /// <summary>Whether the end of the chain is still there as it was seen, and how far the chain has come since: a few short reads.</summary>
    /// <exception cref="Storage.StoreUnavailableException">The store can't be read.</exception>
    public async Task<AuditSighting> LookAsync(AuditMark? mark, CancellationToken cancellationToken)
    {
        if (await store.ReadHeadAsync(cancellationToken) is not { } head || !chain.IsAuthentic(head))
            return new AuditSighting(new AuditFault(AuditFaultKind.HeadForged, mark?.Sequence ?? 1), Mark: null);

        var isGone = mark is not null && mark.Sequence >= head.FirstSequence && !await IsThereAsync(mark, cancellationToken);
        return isGone
            ? new AuditSighting(new AuditFault(AuditFaultKind.RolledBack, mark!.Sequence), Mark: null)
            : new AuditSighting(Fault: null, new AuditMark(head.LastSequence, head.LastMac));
    }

    private async Task<bool> IsThereAsync(AuditMark mark, CancellationToken cancellationToken) =>
        mark.Sequence == 0
        || (await store.ReadChainAsync(mark.Sequence - 1, 1, cancellationToken) is [var entry]
            && entry.Recorded.Sequence == mark.Sequence
            && (entry.Mac ?? AuditChain.NoMac).AsSpan().SequenceEqual(mark.Mac));

    private async Task WalkAsync(AuditVerifier verifier, CancellationToken cancellationToken)
    {
        var last = long.MinValue;
        while (true)
        {
            var page = await store.ReadChainAsync(last, PageSize, cancellationToken);
            foreach (var entry in page)
                verifier.Add(entry);
            if (page.Count < PageSize)
                return;
            last = page[^1].Recorded.Sequence;
        }
    }
}
