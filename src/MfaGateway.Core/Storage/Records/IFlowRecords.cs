using MfaGateway.Core.Challenges;

namespace MfaGateway.Core.Storage.Records;

/// <summary>Challenge flows. One that is deleted takes its pending secret and its code request along.</summary>
public interface IFlowRecords
{
    Task AddAsync(ChallengeFlow flow);

    /// <returns>One that has ended or whose time is over, too, as with the other reads.</returns>
    Task<ChallengeFlow?> FindByTokenAsync(byte[] tokenHash);

    Task<ChallengeFlow?> FindAsync(string id);

    /// <summary>Holds a flow until the transaction ends, after its account where both are held.</summary>
    Task<ChallengeFlow?> FindHeldAsync(string id);

    /// <summary>Saves a flow with the next version if it has not ended and its version is still this one's.</summary>
    /// <returns>Whether it was saved; of many at once, one returns true.</returns>
    Task<bool> TryUpdateAsync(ChallengeFlow flow);

    /// <returns>Whether this call deleted it; of many at once, one returns true.</returns>
    Task<bool> TryDeleteAsync(string id);

    Task<IReadOnlyList<ChallengeFlow>> ListAsync(string accountId);

    /// <summary>Those that end this session when they are done, of any account.</summary>
    Task<IReadOnlyList<ChallengeFlow>> ListReplacingAsync(string sessionId);
}
