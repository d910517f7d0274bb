namespace MfaGateway.Core.Challenges;

public interface IChallengeFlowStore
{
    Task AddAsync(ChallengeFlow flow, CancellationToken cancellationToken);

    /// <summary>The unexpired flow with this token, or null.</summary>
    Task<ChallengeFlow?> FindAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Saves token hash, policy, return URL, proofs and codes if the stored version is still the flow's, and raises it by one.
    /// </summary>
    /// <returns>False when another answer was saved first, or the flow is gone.</returns>
    Task<bool> TryUpdateAsync(ChallengeFlow flow, CancellationToken cancellationToken);

    /// <summary>Ends a flow and throws its pending secret away.</summary>
    Task DeleteAsync(string flowId, CancellationToken cancellationToken);
}
