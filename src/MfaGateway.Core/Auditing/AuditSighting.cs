namespace MfaGateway.Core.Auditing;

/// <summary>A look at the end of the chain.</summary>
/// <param name="Fault">What does not fit what was seen before; null when all does.</param>
/// <param name="Mark">What to remember of this look; null when there is a fault, for the old mark shows it.</param>
public sealed record AuditSighting(AuditFault? Fault, AuditMark? Mark);
