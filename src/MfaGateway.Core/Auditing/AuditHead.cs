namespace MfaGateway.Core.Auditing;

/// <summary>The two ends of the chain. One row, which every writer locks, so that entries come one after another.</summary>
/// <param name="FirstSequence">The oldest entry that is kept; those before it were deleted by retention.</param>
/// <param name="MacBefore">The code of the entry before that one; <see cref="AuditChain.NoMac"/> at the beginning.</param>
/// <param name="LastSequence">The newest entry; 0 when nothing was recorded yet.</param>
/// <param name="LastMac">Its code.</param>
/// <param name="Seal">The code over all of these; null before the first entry of the chain.</param>
public sealed record AuditHead(long FirstSequence, byte[] MacBefore, long LastSequence, byte[] LastMac, byte[]? Seal);
