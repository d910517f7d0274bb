namespace MfaGateway.Core.Challenges;

public interface IChallengeFlowStore
{
    Task AddAsync(ChallengeFlow flow, CancellationToken cancellationToken);

    /// <summary>The flow with this token that is neither expired nor ended, or null.</summary>
    Task<ChallengeFlow?> FindAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Saves token hash, policy, return URL, proofs and codes if the stored version is still the flow's, and raises it by one.
    /// </summary>
    /// <returns>False when another answer was saved first, or the flow is gone.</returns>
    Task<bool> TryUpdateAsync(ChallengeFlow flow, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a flow: it is found and saved no more, and nothing pending in it is offered or taken again. An answer that was
    /// granted an attempt before and turns out right may still complete it; it is not undone by the wrong ones beside it.
    /// The rows go when their time is over.
    /// </summary>
    Task EndAsync(string flowId, CancellationToken cancellationToken);
}
