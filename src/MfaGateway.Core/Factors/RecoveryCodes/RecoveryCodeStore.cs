using MfaGateway.Core.Auditing;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Factors.RecoveryCodes;

/// <summary>Keeps recovery codes, and spends them.</summary>
public sealed class RecoveryCodeStore(Transactions transactions)
{
    /// <summary>Makes these the account's only codes, in one transaction.</summary>
    public Task ReplaceAllAsync(string accountId, NewRecoveryCodes codes, DateTimeOffset at, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.RecoveryCodes.ReplaceAsync(accountId, codes, at), cancellationToken);

    /// <summary>The salt of the account's set and how many codes are left, or null if it never had one.</summary>
    public Task<RecoveryCodeSet?> FindSetAsync(string accountId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.RecoveryCodes.FindSetAsync(accountId), cancellationToken);

    /// <summary>
    /// Spends the unused code with this hash, and with it every code that the account's authenticators show now or soon:
    /// one transaction, on disk before it answers.
    /// </summary>
    /// <param name="burntAhead">How many steps past the current one of each authenticator are spent; 0 or more.</param>
    /// <param name="mails">What tells of it, kept in the same transaction: no code is spent of which its owner never hears.</param>
    /// <returns>True for exactly one caller per code; otherwise nothing changed.</returns>
    public Task<bool> TryConsumeRecoveryCodeAsync(
        string accountId, byte[] hash, DateTimeOffset at, int burntAhead, IReadOnlyList<OutboxMail> mails, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => TryConsumeAsync(transaction, accountId, hash, at, burntAhead, mails), cancellationToken);

    /// <summary>Spends the unused code with this hash, and what the authenticators show.</summary>
    internal static async Task<bool> TryConsumeAsync(
        Transaction transaction, string accountId, byte[] hash, DateTimeOffset at, int burntAhead, IReadOnlyList<OutboxMail> mails)
    {
        if (!await transaction.HoldAccountAsync(accountId) || !await transaction.RecoveryCodes.TryConsumeAsync(accountId, hash, at))
            return false;

        await BurnStepsAsync(transaction, accountId, at, burntAhead);
        transaction.Keep(mails);
        return true;
    }

    /// <summary>What the account's authenticators show now, and so many steps ahead, is spent. The counters go up and never down.</summary>
    internal static async Task BurnStepsAsync(Transaction transaction, string accountId, DateTimeOffset at, int ahead)
    {
        // RFC 6238 4.2: a step is the whole periods since 1970.
        foreach (var authenticator in await transaction.Totp.ListAsync(accountId))
        {
            var step = (at.ToUnixTimeSeconds() / authenticator.Parameters.PeriodSeconds) + ahead;
            await transaction.Totp.TryAdvanceStepAsync(authenticator.Id, step, usedAt: null);
        }
    }
}
