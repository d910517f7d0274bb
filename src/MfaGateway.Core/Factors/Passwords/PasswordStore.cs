using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Core.Factors.Passwords;

/// <summary>Keeps the hashes of passwords.</summary>
public sealed class PasswordStore(Transactions transactions) : IPasswordStore
{
    public Task<string?> FindHashAsync(string accountId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(async records => (await records.Passwords.FindAsync(accountId))?.Hash, cancellationToken);

    public Task<DateTimeOffset?> FindSetAtAsync(string accountId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(async records => (await records.Passwords.FindAsync(accountId))?.SetAt, cancellationToken);

    public Task<bool> RestsOnMailboxAsync(string accountId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(async records => await records.Passwords.FindAsync(accountId) is { ByMail: true }, cancellationToken);

    public Task<bool> SetHashAsync(
        string accountId, string hash, DateTimeOffset at, IReadOnlyList<OutboxMail> mails, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await transaction.FindHeldAccountAsync(accountId) is not { } account)
                    return false;
                await SetAsync(transaction, account, hash, byMail: false, at);
                transaction.Keep(mails);
                transaction.RaiseChange(accountId);
                return true;
            },
            cancellationToken);

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
