using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Challenges;

/// <summary>Keeps challenge flows.</summary>
public sealed class ChallengeFlowStore(Transactions transactions)
{
    /// <summary>Flows that step up one session at most: more tabs than that are not in the middle of it.</summary>
    public const int MaxStepUpsPerSession = 5;

    /// <summary>
    /// Adds a flow that began with a first answer, or that steps a session up. The oldest of more than
    /// <see cref="MaxStepUpsPerSession"/> of one session goes; one that shows recovery codes remains.
    /// </summary>
    /// <param name="signInEpoch">The account's, as it was read before the answer was checked.</param>
    /// <returns>False, and nothing is added, when the account is gone or its epoch is another by now.</returns>
    public Task<bool> TryAddAsync(ChallengeFlow flow, long signInEpoch, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => TryAddAsync(transaction, flow, signInEpoch), cancellationToken);

    /// <summary>The flow with this token that is neither expired nor ended, or null.</summary>
    public Task<ChallengeFlow?> FindAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => FindAsync(records, tokenHash, now), cancellationToken);

    /// <summary>
    /// Saves token hash, policy, return URL, proofs and codes if the stored version is still the flow's, and raises it by one.
    /// </summary>
    /// <returns>False when another answer was saved first, or the flow is gone.</returns>
    public Task<bool> TryUpdateAsync(ChallengeFlow flow, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.Flows.TryUpdateAsync(flow), cancellationToken);

    /// <summary>
    /// Ends a flow: it is found and saved no more, and nothing pending in it is offered or taken again. An answer that was
    /// granted an attempt before and turns out right may still complete it; it is not undone by the wrong ones beside it.
    /// The rows go when their time is over.
    /// </summary>
    /// <param name="entry">What is recorded of it, once: of many wrong answers at the same moment one ends it.</param>
    public Task EndAsync(string flowId, AuditEntry? entry, CancellationToken cancellationToken) => transactions.WriteAsync(
        async transaction =>
        {
            if (await TryEndAsync(transaction, flowId))
                transaction.Keep(entry);
        },
        cancellationToken);

    internal static async Task<ChallengeFlow?> FindAsync(IStoreRead records, byte[] tokenHash, DateTimeOffset now) =>
        await records.Flows.FindByTokenAsync(tokenHash) is { IsEnded: false } flow && flow.ExpiresAt > now ? flow : null;

    /// <summary>Adds a flow to an account whose epoch is still this one.</summary>
    internal static async Task<bool> TryAddAsync(Transaction transaction, ChallengeFlow flow, long signInEpoch)
    {
        if (await transaction.FindHeldAccountAsync(flow.AccountId) is not { } account || account.SignInEpoch != signInEpoch)
            return false;
        await transaction.Flows.AddAsync(flow);
        if (flow is { StepsUp: true, ReplacesSessionId: { } sessionId })
            await EndOldStepUpsAsync(transaction, sessionId);
        return true;
    }

    // The transaction holds the account, so that two do not keep the others' flows.
    private static async Task EndOldStepUpsAsync(Transaction transaction, string sessionId)
    {
        var old = (await transaction.Flows.ListReplacingAsync(sessionId))
            .Where(flow => flow is { StepsUp: true, ProtectedRecoveryCodes: null })
            .OrderByDescending(flow => flow.CreatedAt)
            .ThenBy(flow => flow.Id, StringComparer.Ordinal)
            .Skip(MaxStepUpsPerSession);
        foreach (var flow in old.OrderBy(flow => flow.Id, StringComparer.Ordinal))
            await AccountAccess.TryEndFlowAsync(transaction, flow.Id);
    }

    /// <summary>Marks a flow as ended after too many wrong answers.</summary>
    /// <returns>Whether this call did.</returns>
    internal static async Task<bool> TryEndAsync(Transaction transaction, string flowId)
    {
        // A right answer that is saved at the same moment comes before it or finds the flow ended.
        return await transaction.Flows.FindHeldAsync(flowId) is { IsEnded: false } flow
            && await transaction.Flows.TryUpdateAsync(flow with { IsEnded = true });
    }
}
