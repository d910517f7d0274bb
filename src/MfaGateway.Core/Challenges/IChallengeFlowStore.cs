namespace MfaGateway.Core.Challenges;

public interface IChallengeFlowStore
{
    /// <summary>Flows that step up one session at most: more tabs than that are not in the middle of it.</summary>
    const int MaxStepUpsPerSession = 5;

    /// <summary>
    /// Adds a flow that began with a first answer, or that steps a session up. The oldest of more than
    /// <see cref="MaxStepUpsPerSession"/> of one session goes; one that shows recovery codes remains.
    /// </summary>
    /// <param name="signInEpoch">The account's, as it was read before the answer was checked.</param>
    /// <returns>False, and nothing is added, when the account is gone or its epoch is another by now.</returns>
    Task<bool> TryAddAsync(ChallengeFlow flow, long signInEpoch, CancellationToken cancellationToken);

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
