using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Core.Throttling;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Factors.Passwords;

/// <summary>Keeps the one-time links that set a password.</summary>
public sealed class PasswordTokenStore(Transactions transactions) : IPasswordTokenStore
{
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

    public Task AddForNobodyAsync(PasswordToken token, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.PasswordTokens.SetAsync(accountId: null, token), cancellationToken);

    public Task<string?> FindAccountIdAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => FindAccountIdAsync(records, tokenHash, now), cancellationToken);

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
