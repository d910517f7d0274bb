using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Challenges;

/// <summary>Keeps challenge flows.</summary>
public sealed class ChallengeFlowStore(Transactions transactions) : IChallengeFlowStore
{
    public Task<bool> TryAddAsync(ChallengeFlow flow, long signInEpoch, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await transaction.FindHeldAccountAsync(flow.AccountId) is not { } account || account.SignInEpoch != signInEpoch)
                    return false;
                await transaction.Flows.AddAsync(flow);
                return true;
            },
            cancellationToken);

    public Task<ChallengeFlow?> FindAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(
            async records => await records.Flows.FindByTokenAsync(tokenHash) is { IsEnded: false } flow && flow.ExpiresAt > now ? flow : null,
            cancellationToken);

    public Task<bool> TryUpdateAsync(ChallengeFlow flow, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.Flows.TryUpdateAsync(flow), cancellationToken);

    public Task EndAsync(string flowId, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => EndAsync(transaction, flowId), cancellationToken);

    /// <summary>Marks a flow as ended after too many wrong answers.</summary>
    internal static async Task EndAsync(Transaction transaction, string flowId)
    {
        // A right answer that is saved at the same moment comes before it or finds the flow ended.
        if (await transaction.Flows.FindHeldAsync(flowId) is { IsEnded: false } flow)
            await transaction.Flows.TryUpdateAsync(flow with { IsEnded = true });
    }
}
