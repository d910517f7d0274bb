using MfaGateway.Core.Factors.Totp;

namespace MfaGateway.Core.Storage.Records;

/// <summary>Secrets that are shown and not confirmed yet, one a flow. They go with their flow.</summary>
public interface IPendingTotpRecords
{
    /// <returns>One whose time is over, too: that is the caller's to look at.</returns>
    Task<PendingTotp?> FindAsync(string flowId);

    /// <summary>Keeps one unless the flow has one whose time is not over.</summary>
    /// <returns>Whether it is kept; of many at once, one.</returns>
    Task<bool> TryAddAsync(PendingTotp pending, DateTimeOffset now);

    /// <returns>Whether there was one; of many calls at once, one returns true.</returns>
    Task<bool> TryDeleteAsync(string flowId);

    /// <param name="exceptFlowId">The one that stays; null for none.</param>
    Task DeleteAllAsync(string accountId, string? exceptFlowId);
}
