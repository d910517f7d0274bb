using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Sessions;

/// <summary>Starts, finds and ends sessions.</summary>
public sealed class SessionStore(Transactions transactions)
{
    /// <summary>
    /// Starts a session and ends, in the same transaction, the flow it came from, the session it replaces, and the
    /// longest unseen ones above <paramref name="mostPerAccount"/>.
    /// </summary>
    /// <returns>
    /// False, and nothing is done, when the account is gone or disabled, or what it comes from no longer holds: a
    /// new password or an administrator has ended the flow or the sign-in, or another answer has already made a session of it; or when
    /// the session to be replaced had to stand and does not.
    /// </returns>
    public Task<bool> TryStartAsync(
        GatewaySession session, SessionOrigin origin, SessionReplacement? replaces, int mostPerAccount, CancellationToken cancellationToken) =>
        TryStartAsync(session, origin, replaces, mostPerAccount, entry: null, cancellationToken);

    /// <summary>The same at the end of a sign-in: with it, the browser is remembered and the time of the sign-in noted.</summary>
    public Task<bool> TryStartAsync(
        GatewaySession session, SessionOrigin origin, SessionReplacement? replaces, int mostPerAccount, SignInArrival arrival, AuditEntry entry,
        CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                var isStarted = await TryStartAsync(transaction, session, origin, replaces, mostPerAccount, arrival, entry);
                if (!isStarted)
                    transaction.Undo();
                return isStarted;
            },
            cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    public Task<bool> TryStartAsync(
        GatewaySession session, SessionOrigin origin, SessionReplacement? replaces, int mostPerAccount, AuditEntry? entry,
        CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await TryStartAsync(transaction, session, origin, replaces, mostPerAccount))
                {
                    transaction.Keep(entry);
                    return true;
                }

                transaction.Undo();
                return false;
            },
            cancellationToken);

    /// <summary>The session with this token, whether or not its time is over, or null.</summary>
    public Task<GatewaySession?> FindAsync(byte[] tokenHash, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Sessions.FindByTokenAsync(tokenHash), cancellationToken);

    /// <summary>
    /// The session that carries on an ended one: its own person has stepped it up, once or several times, and changed nothing. Null when
    /// that is not how it ended, or when the one that carried it on has ended as well.
    /// </summary>
    public Task<GatewaySession?> FindSuccessorAsync(string endedId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Sessions.FindSuccessorAsync(endedId), cancellationToken);

    public Task<IReadOnlyList<GatewaySession>> ListAsync(string accountId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Sessions.ListAsync(accountId), cancellationToken);

    /// <summary>Notes that a session was used. Never moves the time back.</summary>
    public Task TouchAsync(string id, DateTimeOffset lastSeenAt, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                await transaction.Sessions.TouchAsync(id, lastSeenAt);
                await ClockStore.RaiseAsync(transaction, lastSeenAt);
            },
            cancellationToken);

    /// <returns>Whether this call ended it.</returns>
    public Task<bool> EndAsync(string id, CancellationToken cancellationToken) => EndAsync(id, entry: null, cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    public Task<bool> EndAsync(string id, AuditEntry? entry, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => TryEndAsync(transaction, id, accountId: null, entry), cancellationToken);

    /// <summary>The same for a session of this account; another one's is not there.</summary>
    public Task<bool> EndOwnAsync(string accountId, string id, CancellationToken cancellationToken) =>
        EndOwnAsync(accountId, id, entry: null, cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    public Task<bool> EndOwnAsync(string accountId, string id, AuditEntry? entry, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => TryEndAsync(transaction, id, accountId, entry), cancellationToken);

    /// <summary>Ends all of an account's sessions but one.</summary>
    /// <returns>How many ended.</returns>
    public Task<int> EndAllAsync(string accountId, string? exceptId, CancellationToken cancellationToken) =>
        EndAllAsync(accountId, exceptId, entryOf: null, cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    /// <param name="entryOf">What is recorded of so many.</param>
    public Task<int> EndAllAsync(string accountId, string? exceptId, Func<int, AuditEntry>? entryOf, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                var ended = await transaction.FindHeldAccountAsync(accountId) is { } account
                    ? await AccountAccess.SignOutAsync(transaction, account, exceptId)
                    : 0;
                transaction.Keep(entryOf?.Invoke(ended));
                transaction.RaiseChange(accountId);
                return ended;
            },
            cancellationToken);

    /// <summary>The same at the end of a sign-in.</summary>
    internal static async Task<bool> TryStartAsync(
        Transaction transaction, GatewaySession session, SessionOrigin origin, SessionReplacement? replaces, int mostPerAccount, SignInArrival arrival,
        AuditEntry entry)
    {
        if (!await TryStartAsync(transaction, session, origin, replaces, mostPerAccount))
            return false;

        await AccountStore.RecordSignInAsync(transaction, session.AccountId, arrival.Browser.LastUsedAt, arrival.Languages);
        await KnownBrowserStore.RememberAsync(transaction, arrival.Browser, session.Id, arrival.MostBrowsers);
        transaction.Keep(entry);
        return true;
    }

    /// <summary>Starts a session: its origin is used up, the one that it replaces ends, and of too many the longest unseen ones.</summary>
    /// <returns>False where it may not start; the caller undoes the transaction.</returns>
    internal static async Task<bool> TryStartAsync(
        Transaction transaction, GatewaySession session, SessionOrigin origin, SessionReplacement? replaces, int mostPerAccount)
    {
        // Disabling changes the same account: it either comes first and is seen here, or comes after and ends this session.
        if (await transaction.FindHeldAccountAsync(session.AccountId) is not { Disabled: false } account
            || (origin.SignInEpoch is { } epoch && epoch != account.SignInEpoch)
            || (origin.FlowId is { } flowId && !await TryEndOwnFlowAsync(transaction, flowId, session.AccountId)))
        {
            return false;
        }

        // Of whichever account this browser was signed in as before: its old cookie ends with the new one.
        var replaced = replaces is null ? null : await TryTakeAsync(transaction, replaces.SessionId);
        if (replaces is { MustStand: true })
        {
            if (replaced is null)
                return false;
            if (!replaces.ChangedFactors)
                await transaction.Sessions.SucceedAsync(replaces.SessionId, session);
        }

        var ended = await EndLongestUnseenAsync(transaction, session.AccountId, mostPerAccount - 1);
        await transaction.Sessions.AddAsync(session);
        if (replaced is not null)
            transaction.RaiseChange(replaced.AccountId);
        if (ended > 0)
            transaction.RaiseChange(session.AccountId);
        return true;
    }

    /// <returns>Whether this transaction is the one that ended it: one flow makes one session.</returns>
    private static async Task<bool> TryEndOwnFlowAsync(Transaction transaction, string flowId, string accountId) =>
        await transaction.Flows.FindAsync(flowId) is { } flow
        && flow.AccountId == accountId
        && await AccountAccess.TryEndFlowAsync(transaction, flowId);

    private static async Task<bool> TryEndAsync(Transaction transaction, string id, string? accountId, AuditEntry? entry)
    {
        if (await transaction.Sessions.FindAsync(id) is not { } session || (accountId is not null && session.AccountId != accountId))
            return false;

        // The account first, as everywhere: a flow of it may be about to replace this session.
        await transaction.HoldAccountAsync(session.AccountId);
        if (!await transaction.Sessions.TryDeleteAsync(id))
            return false;

        // A flow that steps this session up carries its proofs: it must not bring the session back, nor enrol.
        foreach (var flow in await transaction.Flows.ListReplacingAsync(id))
            await AccountAccess.TryEndFlowAsync(transaction, flow.Id);
        transaction.Keep(entry);
        transaction.RaiseChange(session.AccountId);
        return true;
    }

    private static async Task<GatewaySession?> TryTakeAsync(Transaction transaction, string id) =>
        await transaction.Sessions.FindAsync(id) is { } session && await transaction.Sessions.TryDeleteAsync(id) ? session : null;

    private static async Task<int> EndLongestUnseenAsync(Transaction transaction, string accountId, int kept)
    {
        var surplus = (await transaction.Sessions.ListAsync(accountId)).Skip(kept).ToList();
        foreach (var session in surplus)
            await transaction.Sessions.TryDeleteAsync(session.Id);
        return surplus.Count;
    }
}
