using MfaGateway.Core.Mail;

namespace MfaGateway.Core.Factors.Passwords;

/// <summary>Password hashes, apart from the accounts so that nothing that lists people ever holds one.</summary>
public interface IPasswordStore
{
    Task<string?> FindHashAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>When the password was set, or null where there is none.</summary>
    Task<DateTimeOffset?> FindSetAtAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>Whether the password was chosen by a link that was mailed; see <see cref="Proof.ByMail"/>.</summary>
    Task<bool> RestsOnMailboxAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>Sets the password and ends the account's sessions and flows, in one transaction.</summary>
    /// <param name="mails">What tells of it, kept in the same transaction.</param>
    /// <returns>Whether the account exists.</returns>
    Task<bool> SetHashAsync(
        string accountId, string hash, DateTimeOffset at, IReadOnlyList<OutboxMail> mails, CancellationToken cancellationToken);

    /// <summary>Replaces a hash by a stronger one of the same password, unless it changed in the meantime.</summary>
    Task<bool> TryReplaceHashAsync(string accountId, string oldHash, string newHash, CancellationToken cancellationToken);
}
