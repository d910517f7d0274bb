namespace MfaGateway.Core.Auditing;

/// <summary>
/// How far the chain had come when a gateway last looked, kept outside the store. The store alone can't show that it was
/// put back to an earlier state in which everything fitted; against this it shows.
/// </summary>
/// <param name="Sequence">The newest entry then.</param>
/// <param name="Mac">Its code.</param>
public sealed record AuditMark(long Sequence, byte[] Mac);
