using MfaGateway.Core.Auditing;
using MfaGateway.Core.Mail;

namespace MfaGateway.Core.Factors.RecoveryCodes;

/// <summary>Recovery codes: one row each, hashed, spent by rows affected.</summary>
public interface IRecoveryCodeStore
{
    /// <summary>Makes these the account's only codes, in one transaction.</summary>
    Task ReplaceAllAsync(string accountId, NewRecoveryCodes codes, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The salt of the account's set and how many codes are left, or null if it never had one.</summary>
    Task<RecoveryCodeSet?> FindSetAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>
    /// Spends the unused code with this hash, and with it every code that the account's authenticators show now or soon:
    /// one transaction, on disk before it answers.
    /// </summary>
    /// <param name="burntAhead">How many steps past the current one of each authenticator are spent; 0 or more.</param>
    /// <param name="mails">What tells of it, kept in the same transaction: no code is spent of which its owner never hears.</param>
    /// <returns>True for exactly one caller per code; otherwise nothing changed.</returns>
    Task<bool> TryConsumeRecoveryCodeAsync(
        string accountId, byte[] hash, DateTimeOffset at, int burntAhead, IReadOnlyList<OutboxMail> mails, CancellationToken cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    Task<bool> TryConsumeRecoveryCodeAsync(
        string accountId, byte[] hash, DateTimeOffset at, int burntAhead, IReadOnlyList<OutboxMail> mails, AuditEntry? entry,
        CancellationToken cancellationToken);
}

/// <param name="Salt">One salt a set, so that a try costs one slow hash however many codes there are.</param>
/// <param name="Remaining">Unused codes.</param>
public sealed record RecoveryCodeSet(byte[] Salt, int Remaining, DateTimeOffset MadeAt);

/// <summary>A set to be kept: one salt, a hash for each code.</summary>
public sealed record NewRecoveryCodes(byte[] Salt, IReadOnlyList<byte[]> Hashes);
