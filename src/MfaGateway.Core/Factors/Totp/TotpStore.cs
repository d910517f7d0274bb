using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>Keeps authenticators, and the secrets that are shown and not confirmed yet.</summary>
public sealed class TotpStore(Transactions transactions)
{
    public Task<IReadOnlyList<TotpAuthenticator>> ListAsync(string accountId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Totp.ListAsync(accountId), cancellationToken);

    /// <summary>
    /// The one-time use of a code: sets the last used step if, and only if, the given one is greater.
    /// One conditional UPDATE, on disk before it answers (RFC 6238 section 5.2).
    /// </summary>
    /// <returns>True for exactly one caller per step.</returns>
    /// <param name="usedAt">When a code of it was used; null where the step is only burnt.</param>
    public Task<bool> TryAdvanceTotpStepAsync(
        string authenticatorId, long step, DateTimeOffset? usedAt, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.Totp.TryAdvanceStepAsync(authenticatorId, step, usedAt), cancellationToken);

    /// <summary>
    /// Keeps a pending secret for its flow unless the flow has an unexpired one, and gives the one that is kept:
    /// a page that is loaded twice shows the secret that was scanned. An expired one is replaced.
    /// </summary>
    public Task<PendingTotp> AddOrGetPendingAsync(PendingTotp candidate, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => AddOrGetPendingAsync(transaction, candidate, now), cancellationToken);

    public Task<PendingTotp?> FindPendingAsync(string flowId, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(
            async records => await records.PendingTotp.FindAsync(flowId) is { } pending && pending.ExpiresAt > now ? pending : null,
            cancellationToken);

    /// <summary>
    /// Turns a flow's pending secret into an authenticator: removes the one and adds the other in one transaction. It must
    /// be the very secret that the authenticator holds; one that was offered since stays. Every other session and flow of
    /// the account ends with it; the flow itself and the session that it steps up go on.
    /// </summary>
    /// <param name="first">
    /// The recovery codes that come with an account's first authenticator, written in the same transaction. Given, it is
    /// refused when the account has one by now: two that were begun side by side must not both be "the first".
    /// </param>
    /// <param name="traces">What tells of it, kept in the same transaction.</param>
    /// <returns>
    /// False when there is no such unexpired pending secret, another caller was first, or the account has a code for its
    /// enrolment that was not given in this flow (one that was is spent here).
    /// </returns>
    public Task<bool> TryConfirmPendingAsync(
        string flowId,
        TotpAuthenticator authenticator,
        NewRecoveryCodes? first,
        IReadOnlyList<ChangeTrace> traces,
        DateTimeOffset now,
        CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                var isConfirmed = await TryConfirmPendingAsync(transaction, flowId, authenticator, first, traces, now);
                if (!isConfirmed)
                    transaction.Undo();
                return isConfirmed;
            },
            cancellationToken);

    public Task DeletePendingAsync(string flowId, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.PendingTotp.TryDeleteAsync(flowId), cancellationToken);

    /// <param name="name">1 to 64 characters; see <c>DeviceNames</c>.</param>
    /// <param name="entry">What is recorded of it.</param>
    /// <returns>Whether this account has that authenticator.</returns>
    public Task<bool> RenameAsync(
        string accountId, string authenticatorId, string name, AuditEntry? entry, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (!await transaction.Totp.TryRenameAsync(accountId, authenticatorId, name))
                    return false;
                transaction.Keep(entry);
                return true;
            },
            cancellationToken);

    /// <summary>The flow's pending secret; this one where it has none.</summary>
    internal static async Task<PendingTotp> AddOrGetPendingAsync(Transaction transaction, PendingTotp candidate, DateTimeOffset now) =>
        await transaction.PendingTotp.TryAddAsync(candidate, now)
            ? candidate
            : await transaction.PendingTotp.FindAsync(candidate.FlowId)
                ?? throw new InvalidOperationException("A pending secret was there and is gone within one transaction.");

    /// <summary>Turns a pending secret into an authenticator.</summary>
    /// <returns>False where it can't be; the caller undoes the transaction.</returns>
    internal static async Task<bool> TryConfirmPendingAsync(
        Transaction transaction, string flowId, TotpAuthenticator authenticator, NewRecoveryCodes? first, IReadOnlyList<ChangeTrace> traces, DateTimeOffset now)
    {
        // Of two flows that each bring the account's first authenticator, the second waits here for the first.
        if (await transaction.FindHeldAccountAsync(authenticator.AccountId) is not { } account
            || !await IsPendingAsync(transaction, flowId, authenticator, now)
            || !await transaction.PendingTotp.TryDeleteAsync(flowId)
            || !await EnrollmentCodeStore.TrySpendAsync(transaction, account.Id, flowId)
            || (first is not null && (await transaction.Totp.ListAsync(account.Id)).Count > 0))
        {
            return false;
        }

        if (first is not null)
            await transaction.RecoveryCodes.ReplaceAsync(account.Id, first, now);
        await transaction.Totp.AddAsync(authenticator);
        var flow = await transaction.Flows.FindAsync(flowId);
        await AccountAccess.EndOthersAsync(transaction, account, flow?.ReplacesSessionId, flowId);
        transaction.Keep(traces);
        transaction.RaiseChange(account.Id);
        return true;
    }

    /// <summary>Whether this secret is what the flow has shown, and its time is not over.</summary>
    private static async Task<bool> IsPendingAsync(
        Transaction transaction, string flowId, TotpAuthenticator authenticator, DateTimeOffset now) =>
        await transaction.PendingTotp.FindAsync(flowId) is { } pending
        && pending.AccountId == authenticator.AccountId
        && pending.ProtectedSecret.AsSpan().SequenceEqual(authenticator.ProtectedSecret)
        && pending.ExpiresAt > now;
}
