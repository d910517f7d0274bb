namespace MfaGateway.Core.Auditing;

/// <summary>Verifies the chain of a store that may be in use meanwhile.</summary>
public sealed class AuditVerification(IAuditStore store, AuditChain chain)
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
