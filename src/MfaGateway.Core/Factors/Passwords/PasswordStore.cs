using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Core.Factors.Passwords;

/// <summary>Keeps the hashes of passwords.</summary>
public sealed class PasswordStore(Transactions transactions)
{
    public Task<string?> FindHashAsync(string accountId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(async records => (await records.Passwords.FindAsync(accountId))?.Hash, cancellationToken);

    /// <summary>When the password was set, or null where there is none.</summary>
    public Task<DateTimeOffset?> FindSetAtAsync(string accountId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(async records => (await records.Passwords.FindAsync(accountId))?.SetAt, cancellationToken);

    /// <summary>Whether the password was chosen by a link that was mailed; see <see cref="Proof.ByMail"/>.</summary>
    public Task<bool> RestsOnMailboxAsync(string accountId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(async records => await records.Passwords.FindAsync(accountId) is { ByMail: true }, cancellationToken);

    /// <summary>Sets the password and ends the account's sessions and flows, in one transaction.</summary>
    /// <param name="trace">What tells of it, kept in the same transaction.</param>
    /// <returns>Whether the account exists.</returns>
    public Task<bool> SetHashAsync(
        string accountId, string hash, DateTimeOffset at, ChangeTrace? trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await transaction.FindHeldAccountAsync(accountId) is not { } account)
                    return false;
                await SetAsync(transaction, account, hash, byMail: false, at);
                transaction.Keep(trace);
                transaction.RaiseChange(accountId);
                return true;
            },
            cancellationToken);

    /// <summary>Replaces a hash by a stronger one of the same password, unless it changed in the meantime.</summary>
    public Task<bool> TryReplaceHashAsync(string accountId, string oldHash, string newHash, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.Passwords.TryReplaceHashAsync(accountId, oldHash, newHash), cancellationToken);

    /// <summary>Sets a password and ends what was begun with the one before, links that set another one included.</summary>
    /// <param name="byMail">See <see cref="Proof.ByMail"/>.</param>
    internal static async Task SetAsync(Transaction transaction, Account held, string hash, bool byMail, DateTimeOffset at)
    {
        await transaction.Passwords.SetAsync(held.Id, new PasswordRecord(hash, at, byMail));
        await transaction.PasswordTokens.DeleteAsync(held.Id, purpose: null);
        await AccountAccess.EndAllAsync(transaction, held);
    }
}
