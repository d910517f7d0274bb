using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Timekeeping;

/// <summary>The latest time that any gateway on this store has seen, kept across restarts.</summary>
public interface IClockStore
{
    /// <summary>Null before a gateway has served from this store.</summary>
    Task<DateTimeOffset?> FindMarkAsync(CancellationToken cancellationToken);

    /// <summary>Raises the mark to this time where it is a step (<see cref="ClockRules.MarkStep"/>) ahead of it. A later one stays.</summary>
    Task RaiseMarkAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Sets the mark to this time, also back, and records that in the same transaction.</summary>
    Task ResetMarkAsync(DateTimeOffset now, AuditEntry entry, CancellationToken cancellationToken);
}
