using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.SelfService;

/// <summary>What people change of their own account. The session that acts must still be there; its other sessions end.</summary>
public sealed class OwnChangeStore(Transactions transactions)
{
    /// <summary>Removes an authenticator of this account and carries the session on under a new token.</summary>
    /// <param name="trace">What tells of it where there are others.</param>
    /// <param name="ifLast">What else goes with the last one.</param>
    public Task<AuthenticatorRemoval> RemoveAuthenticatorAsync(
        SessionRenewal renewal, string authenticatorId, ChangeTrace trace, SecondFactorEnd ifLast, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await HoldAsync(transaction, renewal.Acting) is not { } account)
                    return AuthenticatorRemoval.SessionOver;
                if (!await transaction.Totp.TryDeleteAsync(account.Id, authenticatorId))
                    return AuthenticatorRemoval.NotFound;

                if ((await transaction.Totp.ListAsync(account.Id)).Count > 0)
                {
                    await RenewAsync(transaction, account, renewal, [trace]);
                    return AuthenticatorRemoval.Removed;
                }

                await transaction.RecoveryCodes.DeleteAllAsync(account.Id);
                await RenewAsync(
                    transaction, account, renewal with { Renewed = renewal.Renewed with { Proofs = ifLast.Proofs } }, ifLast.Traces);
                await AttemptStore.EmptyAsync(transaction, AttemptLimits.SecondFactorKeys(account.Id));
                return AuthenticatorRemoval.Removed;
            },
            cancellationToken);

    /// <summary>Makes these the account's only recovery codes and adds the flow that shows them; the session stays as it is.</summary>
    /// <param name="showing">It steps the asking session up, which gets its new token when the flow is over.</param>
    /// <returns>
    /// False, and nothing changed, when the session has ended, or there is no authenticator that the codes
    /// could stand in for.
    /// </returns>
    public Task<bool> ReplaceRecoveryCodesAsync(
        GatewaySession acting, ChallengeFlow showing, NewRecoveryCodes codes, ChangeTrace trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await HoldAsync(transaction, acting) is not { } account || (await transaction.Totp.ListAsync(account.Id)).Count == 0)
                    return false;

                await transaction.RecoveryCodes.ReplaceAsync(account.Id, codes, trace.Entry.At);
                await AccountAccess.EndOthersAsync(transaction, account, acting.Id, keptFlowId: null);
                await transaction.Flows.AddAsync(showing);
                transaction.Keep(trace);
                transaction.RaiseChange(account.Id);
                return true;
            },
            cancellationToken);

    /// <summary>Sets the password and carries the session on under a new token.</summary>
    /// <returns>False, and nothing changed, when the session has ended.</returns>
    public Task<bool> SetPasswordAsync(SessionRenewal renewal, string hash, ChangeTrace trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await HoldAsync(transaction, renewal.Acting) is not { } account)
                    return false;

                var byMail = renewal.Renewed.Proofs.Any(proof => proof is { Factor: FactorKind.Password, ByMail: true });
                await PasswordStore.SetAsync(transaction, account, hash, byMail, trace.Entry.At);
                await RenewAsync(transaction, account, renewal, [trace]);
                return true;
            },
            cancellationToken);

    /// <summary>Sets the person's own switch of signing in by mail, and carries the session on under a new token.</summary>
    public Task<OwnSwitching> SwitchMagicCodesAsync(SessionRenewal renewal, bool off, ChangeTrace trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await HoldAsync(transaction, renewal.Acting) is not { } account)
                    return OwnSwitching.SessionOver;
                if (!await MagicCodeStore.TrySwitchAsync(transaction, account, MagicCodeSwitch.Owner, off))
                    return OwnSwitching.WasSo;

                await RenewAsync(transaction, account, renewal, [trace]);
                return OwnSwitching.Switched;
            },
            cancellationToken);

    /// <summary>Ends everything else of the account's and carries the session on under a new token, so that a copied cookie is worth nothing.</summary>
    /// <returns>False, and nothing changed, when the session has ended.</returns>
    public Task<bool> EndOtherSessionsAsync(SessionRenewal renewal, ChangeTrace trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await HoldAsync(transaction, renewal.Acting) is not { } account)
                    return false;

                await RenewAsync(transaction, account, renewal, [trace]);
                return true;
            },
            cancellationToken);

    /// <summary>Holds the account, so that neither it nor the session ends meanwhile.</summary>
    /// <returns>Null where the session is over, or its account may not sign in any longer.</returns>
    private static async Task<Account?> HoldAsync(Transaction transaction, GatewaySession acting) =>
        await transaction.FindHeldAccountAsync(acting.AccountId) is { Disabled: false } account
        && await transaction.Sessions.FindAsync(acting.Id) is { } session
        && session.AccountId == acting.AccountId
        && session.TokenHash.AsSpan().SequenceEqual(acting.TokenHash)
            ? account
            : null;

    /// <summary>
    /// Ends everything of the account's and begins the session that carries the acting one on: the last of each act. What the acting one has
    /// open is not carried on: a copy of its cookie may have opened it.
    /// </summary>
    private static async Task RenewAsync(
        Transaction transaction, Account held, SessionRenewal renewal, IReadOnlyList<ChangeTrace> traces)
    {
        await AccountAccess.EndAllAsync(transaction, held);
        await transaction.Sessions.AddAsync(renewal.Renewed);
        transaction.Keep(traces);
        transaction.RaiseChange(held.Id);
    }
}
