namespace MfaGateway.Core.Auditing;

/// <summary>What a verification of the chain came to.</summary>
/// <param name="Entries">How many entries there are.</param>
/// <param name="UnchainedTo">Entries up to this one were written before there was a chain; 0 for none.</param>
/// <param name="Faults">What was found, at most <see cref="MostFaults"/>, lowest entry first.</param>
public sealed record AuditReport(long Entries, long UnchainedTo, IReadOnlyList<AuditFault> Faults)
{
    public const int MostFaults = 20;

    public bool IsWhole => Faults.Count == 0;
}
