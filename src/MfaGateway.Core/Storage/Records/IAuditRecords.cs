using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Storage.Records;

/// <summary>Audit entries by their number, and the head of their chain. How they are chained is <see cref="AuditTrail"/>'s.</summary>
public interface IAuditRecords
{
    Task<AuditHead?> FindHeadAsync();

    /// <summary>The same, and no other transaction has it until this one ends: all that append meet here.</summary>
    Task<AuditHead?> HoldHeadAsync();

    Task SetHeadAsync(AuditHead head);

    /// <returns>False, with nothing written, where there is an entry of this number.</returns>
    Task<bool> TryAddAsync(RecordedAuditEntry entry, byte[] mac);

    /// <summary>The entry with the highest number.</summary>
    Task<ChainedAuditEntry?> FindLastAsync();

    /// <summary>Entries with a number above this one, in their order.</summary>
    /// <param name="count">How many at most; 1 or more.</param>
    Task<IReadOnlyList<ChainedAuditEntry>> ReadChainAsync(long after, int count);

    /// <summary>Entries that match, the newest first.</summary>
    /// <param name="before">Only entries with a number below this one; null for all.</param>
    /// <param name="count">How many at most; 1 or more.</param>
    Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(AuditFilter filter, long? before, int count);

    /// <summary>Deletes the entries with a number below this one.</summary>
    Task DeleteBeforeAsync(long sequence);
}
