using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>Keeps authenticators, and the secrets that are shown and not confirmed yet.</summary>
public sealed class TotpStore(Transactions transactions) : ITotpStore
{
    public Task<IReadOnlyList<TotpAuthenticator>> ListAsync(string accountId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Totp.ListAsync(accountId), cancellationToken);

    public Task<bool> TryAdvanceTotpStepAsync(
        string authenticatorId, long step, DateTimeOffset? usedAt, CancellationToken cancellationToken) =>
        TryAdvanceTotpStepAsync(authenticatorId, step, usedAt, entry: null, cancellationToken);

    public Task<bool> TryAdvanceTotpStepAsync(
        string authenticatorId, long step, DateTimeOffset? usedAt, AuditEntry? entry, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (!await transaction.Totp.TryAdvanceStepAsync(authenticatorId, step, usedAt))
                    return false;
                transaction.Keep(entry);
                return true;
            },
            cancellationToken);

    public Task<PendingTotp> AddOrGetPendingAsync(PendingTotp candidate, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction => await transaction.PendingTotp.TryAddAsync(candidate, now)
                ? candidate
                : await transaction.PendingTotp.FindAsync(candidate.FlowId)
                    ?? throw new InvalidOperationException("A pending secret was there and is gone within one transaction."),
            cancellationToken);

    public Task<PendingTotp?> FindPendingAsync(string flowId, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(
            async records => await records.PendingTotp.FindAsync(flowId) is { } pending && pending.ExpiresAt > now ? pending : null,
            cancellationToken);

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
                // Of two flows that each bring the account's first authenticator, the second waits here for the first.
                if (await transaction.FindHeldAccountAsync(authenticator.AccountId) is not { } account
                    || !await IsPendingAsync(transaction, flowId, authenticator, now)
                    || !await transaction.PendingTotp.TryDeleteAsync(flowId)
                    || !await EnrollmentCodeStore.TrySpendAsync(transaction, account.Id, flowId)
                    || (first is not null && (await transaction.Totp.ListAsync(account.Id)).Count > 0))
                {
                    transaction.Undo();
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
            },
            cancellationToken);

    public Task DeletePendingAsync(string flowId, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.PendingTotp.TryDeleteAsync(flowId), cancellationToken);

    public Task<bool> RenameAsync(string accountId, string authenticatorId, string name, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.Totp.TryRenameAsync(accountId, authenticatorId, name), cancellationToken);

    /// <summary>Whether this secret is what the flow has shown, and its time is not over.</summary>
    private static async Task<bool> IsPendingAsync(
        Transaction transaction, string flowId, TotpAuthenticator authenticator, DateTimeOffset now) =>
        await transaction.PendingTotp.FindAsync(flowId) is { } pending
        && pending.AccountId == authenticator.AccountId
        && pending.ProtectedSecret.AsSpan().SequenceEqual(authenticator.ProtectedSecret)
        && pending.ExpiresAt > now;
}
