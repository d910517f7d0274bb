namespace MfaGateway.Core.Auditing;

/// <summary>What happened, append-only.</summary>
public interface IAuditStore
{
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>The newest entries first, at most <paramref name="count"/>, with a sequence below <paramref name="before"/> if given.</summary>
    Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(long? before, int count, CancellationToken cancellationToken);
}

/// <summary>One fact. Holds no password, code, secret, token or cookie.</summary>
/// <param name="Event">A name of <see cref="AuditEvents"/>.</param>
/// <param name="AccountId">Whom it is about, if that is known.</param>
/// <param name="Actor">Who did it: an account's id, or <c>command</c>.</param>
/// <param name="ClientAddress">From where; null for commands.</param>
/// <param name="Succeeded">Whether it was done or refused.</param>
/// <param name="Detail">A few words more, e.g. the factor; at most 200 characters.</param>
public sealed record AuditEntry(
    DateTimeOffset At, string Event, string? AccountId, string? Actor, string? ClientAddress, bool Succeeded, string? Detail);

/// <param name="Sequence">1, 2, 3, ... in the order of writing.</param>
public sealed record RecordedAuditEntry(long Sequence, AuditEntry Entry);
