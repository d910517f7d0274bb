namespace MfaGateway.Core.Auditing;

/// <summary>One fact. Holds no password, code, secret, token or cookie.</summary>
/// <param name="Event">A name of <see cref="AuditEvents"/>.</param>
/// <param name="AccountId">Whom it is about, if that is known.</param>
/// <param name="Actor">Who did it: an account's id, <c>command</c>, or <c>gateway</c> for what it does by itself.</param>
/// <param name="ClientAddress">From where; null for commands.</param>
/// <param name="Succeeded">Whether it was done or refused.</param>
/// <param name="Detail">A few words more, e.g. the factor; at most 200 characters.</param>
public sealed record AuditEntry(
    DateTimeOffset At, string Event, string? AccountId, string? Actor, string? ClientAddress, bool Succeeded, string? Detail);

/// <param name="Sequence">1, 2, 3, ... in the order of writing.</param>
public sealed record RecordedAuditEntry(long Sequence, AuditEntry Entry);

/// <param name="Mac">Its code; null for entries that were written before there was a chain.</param>
public sealed record ChainedAuditEntry(RecordedAuditEntry Recorded, byte[]? Mac);

/// <param name="Deleted">How many entries went.</param>
/// <param name="Fault">Why no more of them went, where they did not verify.</param>
public sealed record AuditTrimming(int Deleted, AuditFault? Fault);
