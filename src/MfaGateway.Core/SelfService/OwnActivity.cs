using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.SelfService;

/// <summary>What happened to a person's own account, for them to look through.</summary>
public sealed class OwnActivity(AuditStore audit)
{
    public const int PageSize = 25;

    /// <summary>The newest first.</summary>
    /// <param name="before">The last sequence of the page before; null for the newest.</param>
    public async Task<OwnActivityPage> ListAsync(string accountId, long? before, CancellationToken cancellationToken)
    {
        var entries = await audit.ListAsync(new AuditFilter { AccountId = accountId }, before, PageSize + 1, cancellationToken);
        return entries.Count > PageSize
            ? new([.. entries.Take(PageSize)], entries[PageSize - 1].Sequence)
            : new(entries, Older: null);
    }
}

/// <param name="Older">What to ask for the next page with; null when this is the last.</param>
public sealed record OwnActivityPage(IReadOnlyList<RecordedAuditEntry> Entries, long? Older);
