using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Challenges;

/// <summary>What an account has going on (sessions, flows, the secrets pending in them, requests for codes), and how it ends. Within a transaction that holds the account.</summary>
internal static class AccountAccess
{
    /// <summary>Ends all of it, and voids what was proved before.</summary>
    public static Task EndAllAsync(Transaction transaction, Account held) =>
        EndOthersAsync(transaction, held, keptSessionId: null, keptFlowId: null);

    /// <summary>
    /// Ends all of it but one session and one flow: a person changes how the account is signed in to, and goes on where they do it.
    /// </summary>
    /// <returns>How many sessions ended.</returns>
    public static async Task<int> EndOthersAsync(Transaction transaction, Account held, string? keptSessionId, string? keptFlowId)
    {
        var ended = await EndSessionsAsync(transaction, held.Id, keptSessionId);
        await EndFlowsAsync(transaction, held.Id, flow => flow.Id == keptFlowId);
        await transaction.PendingTotp.DeleteAllAsync(held.Id, keptFlowId);
        await EndRequestsAsync(transaction, held.Id, request => keptFlowId is not null && request.FlowId == keptFlowId);
        await RaiseEpochAsync(transaction, held.Id);
        return ended;
    }

    /// <summary>
    /// Signs an account out but for one session and the flows that step it up. What begins from a first answer of before does not begin any longer.
    /// </summary>
    /// <returns>How many sessions ended.</returns>
    public static async Task<int> SignOutAsync(Transaction transaction, Account held, string? exceptSessionId)
    {
        var ended = await EndSessionsAsync(transaction, held.Id, exceptSessionId);
        await EndFlowsAsync(transaction, held.Id, flow => exceptSessionId is not null && flow.ReplacesSessionId == exceptSessionId);

        // A browser that waits for a mailed code reads the account anew: the epoch alone would let it go on.
        await EndRequestsAsync(transaction, held.Id, request => request.FlowId is not null);
        await RaiseEpochAsync(transaction, held.Id);
        return ended;
    }

    /// <summary>Ends a flow with the secret that is pending in it.</summary>
    /// <returns>Whether this call did; of many at once, one.</returns>
    public static async Task<bool> TryEndFlowAsync(Transaction transaction, string flowId)
    {
        await transaction.PendingTotp.TryDeleteAsync(flowId);
        return await transaction.Flows.TryDeleteAsync(flowId);
    }

    private static async Task<int> EndSessionsAsync(Transaction transaction, string accountId, string? exceptId)
    {
        var ended = 0;
        foreach (var session in await transaction.Sessions.ListAsync(accountId))
        {
            if (session.Id != exceptId && await transaction.Sessions.TryDeleteAsync(session.Id))
                ended++;
        }

        return ended;
    }

    private static async Task EndFlowsAsync(Transaction transaction, string accountId, Func<ChallengeFlow, bool> isKept)
    {
        foreach (var flow in await transaction.Flows.ListAsync(accountId))
        {
            if (!isKept(flow))
                await TryEndFlowAsync(transaction, flow.Id);
        }
    }

    // A used one stays: it tells which values were typed, and are spent.
    private static async Task EndRequestsAsync(Transaction transaction, string accountId, Func<CodeRequest, bool> isKept)
    {
        foreach (var request in await transaction.CodeRequests.ListWaitingAsync(accountId))
        {
            if (!isKept(request))
                await transaction.CodeRequests.DeleteAsync(request.Id);
        }
    }

    /// <summary>Lets nothing begin from what was proved before.</summary>
    private static async Task RaiseEpochAsync(Transaction transaction, string accountId)
    {
        // Read anew: the caller may have written the account since it read it.
        if (await transaction.Accounts.FindAsync(accountId) is { } account)
            await transaction.Accounts.UpdateAsync(account, account with { SignInEpoch = account.SignInEpoch + 1 });
    }
}
