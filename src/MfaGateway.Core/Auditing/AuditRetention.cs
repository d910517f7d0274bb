using System.Globalization;

namespace MfaGateway.Core.Auditing;

/// <summary>Which of the oldest entries may go, and how the chain begins then.</summary>
/// <param name="Deleted">How many go; 0 when the head stays as it is.</param>
/// <param name="Head">The head without them, not sealed yet.</param>
/// <param name="Fault">The entry that does not verify and stops the deletion, if one does.</param>
public sealed record AuditRetention(int Deleted, AuditHead Head, AuditFault? Fault)
{
    /// <param name="oldest">The oldest entries of the store, in order.</param>
    public static AuditRetention Plan(
        AuditChain chain, AuditHead head, IReadOnlyList<ChainedAuditEntry> oldest, DateTimeOffset olderThan)
    {
        var plan = new AuditRetention(0, head, Fault: null);
        foreach (var entry in oldest)
        {
            if (entry.Recorded.Entry.At >= olderThan || entry.Recorded.Sequence > head.LastSequence)
                break;
            if (Judge(chain, plan.Head, entry) is { } fault)
                return plan with { Fault = fault };
            plan = new AuditRetention(
                plan.Deleted + 1,
                head with { FirstSequence = entry.Recorded.Sequence + 1, MacBefore = entry.Mac ?? AuditChain.NoMac },
                Fault: null);
        }

        return plan;
    }

    /// <summary>Which entries went, for the entry that says so.</summary>
    /// <param name="before">The head before the deletion.</param>
    public string Describe(AuditHead before) => string.Create(
        CultureInfo.InvariantCulture, $"entries {before.FirstSequence} to {Head.FirstSequence - 1}");

    private static AuditFault? Judge(AuditChain chain, AuditHead head, ChainedAuditEntry entry)
    {
        var sequence = entry.Recorded.Sequence;
        if (sequence > head.FirstSequence)
            return new AuditFault(AuditFaultKind.Missing, head.FirstSequence, sequence - 1);
        if (sequence < head.FirstSequence)
            return new AuditFault(AuditFaultKind.Added, sequence);

        var fits = sequence <= chain.UnchainedTo ? entry.Mac is null : chain.Fits(head.MacBefore, entry.Recorded, entry.Mac);
        return fits ? null : new AuditFault(AuditFaultKind.Edited, sequence);
    }
}
