using System.Globalization;

namespace MfaGateway.Core.Auditing;

/// <summary>What a verification found wrong.</summary>
/// <param name="From">The first entry that it concerns.</param>
/// <param name="To">The last one.</param>
public sealed record AuditFault(AuditFaultKind Kind, long From, long To)
{
    public AuditFault(AuditFaultKind kind, long sequence)
        : this(kind, sequence, sequence)
    {
    }

    private string Entries => From == To ? Text($"Entry {From}") : Text($"Entries {From} to {To}");

    private string Are => From == To ? "is" : "are";

    /// <summary>One sentence for whoever answers for the store.</summary>
    public string Describe() => Kind switch
    {
        AuditFaultKind.Edited when From == To => Text($"Entry {From} was edited."),
        AuditFaultKind.Edited => Text($"Entry {From} was edited; from there to {To} nothing can be proved."),
        AuditFaultKind.Missing => $"{Entries} {Are} missing.",
        AuditFaultKind.Reordered => $"{Entries} {Are} not in the order of writing: another entry stands there.",
        AuditFaultKind.CutOff => Text($"The end is cut off: {Entries.ToLowerInvariant()} {Are} missing."),
        AuditFaultKind.Added => $"{Entries} {Are} not of this gateway: forged, or put back.",
        AuditFaultKind.HeadForged => "The head of the chain was changed: where the chain begins and ends can't be proved.",
        AuditFaultKind.Interrupted => Text($"Before entry {From} the head of the chain was found changed: entries may have been cut off there."),
        _ => Text($"The log was put back to an earlier state: this gateway had seen another entry {From}."),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

public enum AuditFaultKind
{
    Edited,
    Missing,
    Reordered,

    /// <summary>The newest entries are missing.</summary>
    CutOff,

    /// <summary>Entries outside of the chain.</summary>
    Added,

    /// <summary>The head is gone or was not written with the key.</summary>
    HeadForged,

    /// <summary>The gateway itself found the head changed when it appended; it went on after an entry that says so.</summary>
    Interrupted,

    /// <summary>The store fits in itself, but not with what was seen of it before.</summary>
    RolledBack,
}
