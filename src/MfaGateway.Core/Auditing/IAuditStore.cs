namespace MfaGateway.Core.Auditing;

/// <summary>What happened, append-only, each entry bound to the one before it (<see cref="AuditChain"/>).</summary>
public interface IAuditStore
{
    /// <summary>Adds an entry and its place in the chain in one transaction. Texts are kept as <see cref="AuditText"/> gives them.</summary>
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>The newest entries first, at most <paramref name="count"/>, with a sequence below <paramref name="before"/> if given.</summary>
    Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(long? before, int count, CancellationToken cancellationToken);

    /// <summary>The same of those entries alone that the filter lets through.</summary>
    Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(AuditFilter filter, long? before, int count, CancellationToken cancellationToken);

    /// <summary>Where the chain begins and ends; null when the store has lost it.</summary>
    Task<AuditHead?> ReadHeadAsync(CancellationToken cancellationToken);

    /// <summary>Entries with their codes, oldest first, at most <paramref name="count"/>, with a sequence above <paramref name="after"/>.</summary>
    Task<IReadOnlyList<ChainedAuditEntry>> ReadChainAsync(long after, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the oldest entries as long as they are of before <paramref name="olderThan"/>, at most <paramref name="count"/>
    /// of them, moves the beginning of the chain behind them and records that, in one transaction. What does not verify is
    /// evidence and stays, with all that follows it.
    /// </summary>
    Task<AuditTrimming> TrimAsync(DateTimeOffset olderThan, int count, DateTimeOffset now, CancellationToken cancellationToken);
}

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
