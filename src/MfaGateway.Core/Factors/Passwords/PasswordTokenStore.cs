using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Core.Throttling;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Factors.Passwords;

/// <summary>Keeps the one-time links that set a password.</summary>
public sealed class PasswordTokenStore(Transactions transactions)
{
    /// <summary>Keeps a token in place of the account's one for the same purpose.</summary>
    /// <param name="foldedEmail">Where the link goes: an account whose address was changed meanwhile gets none.</param>
    /// <returns>Whether there is such an account with this address, and it is not disabled.</returns>
    public Task<bool> SetAsync(
        string accountId, string foldedEmail, PasswordToken token, ChangeTrace trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await transaction.FindHeldAccountAsync(accountId) is not { Disabled: false } account
                    || EmailAddress.Fold(account.Email) != foldedEmail)
                {
                    return false;
                }

                await SetAsync(transaction, accountId, token);
                transaction.Keep(trace);
                return true;
            },
            cancellationToken);

    /// <summary>Keeps a token that belongs to no account: what asking for a link costs where no one gets one. No link leads to it.</summary>
    public Task AddForNobodyAsync(PasswordToken token, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.PasswordTokens.SetAsync(accountId: null, token), cancellationToken);

    /// <summary>Whose unspent and unexpired token this is; null when there is none. Changes nothing.</summary>
    public Task<string?> FindAccountIdAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => FindAccountIdAsync(records, tokenHash, now), cancellationToken);

    /// <summary>
    /// Spends a token and sets the password, in one transaction: ends the account's sessions and flows, voids its other tokens
    /// and forgets the wrong passwords, which were guesses at another one. The second factor stays as it is.
    /// </summary>
    /// <param name="byMail">Whether the link was mailed; see <see cref="Proof.ByMail"/>.</param>
    /// <returns>True for exactly one caller per token; false also where the account is disabled.</returns>
    public Task<bool> TryRedeemAsync(
        byte[] tokenHash, string passwordHash, bool byMail, DateTimeOffset now, ChangeTrace trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await FindAccountIdAsync(transaction, tokenHash, now) is not { } accountId
                    || await transaction.FindHeldAccountAsync(accountId) is not { Disabled: false } account
                    || !await transaction.PasswordTokens.TryTakeAsync(tokenHash))
                {
                    return false;
                }

                await PasswordStore.SetAsync(transaction, account, passwordHash, byMail, now);
                await AttemptStore.EmptyAsync(transaction, AttemptLimits.PasswordKeys(accountId));
                transaction.Keep(trace);
                transaction.RaiseChange(accountId);
                return true;
            },
            cancellationToken);

    /// <summary>Makes this the account's only token of its purpose; a reset's ends the one that waits, too.</summary>
    internal static async Task SetAsync(Transaction transaction, string accountId, PasswordToken token)
    {
        if (token.Purpose == PasswordTokenPurpose.Reset)
            await transaction.PasswordTokens.DeleteAsync(accountId, PasswordTokenPurpose.ResetWaiting);
        await transaction.PasswordTokens.SetAsync(accountId, token);
    }

    private static async Task<string?> FindAccountIdAsync(IStoreRead records, byte[] tokenHash, DateTimeOffset now) =>
        await records.PasswordTokens.FindAsync(tokenHash) is { } found
        && found.Token.MadeAt <= now + ClockRules.MaxBehind
        && found.Token.ExpiresAt > now
            ? found.AccountId
            : null;
}
