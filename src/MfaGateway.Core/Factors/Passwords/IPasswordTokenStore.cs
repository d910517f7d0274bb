using MfaGateway.Core.Accounts;

namespace MfaGateway.Core.Factors.Passwords;

/// <summary>One-time links that set a password, hashed. Of each purpose an account's newest one is good.</summary>
public interface IPasswordTokenStore
{
    /// <summary>Keeps a token in place of the account's one for the same purpose.</summary>
    /// <param name="foldedEmail">Where the link goes: an account whose address was changed meanwhile gets none.</param>
    /// <returns>Whether there is such an account with this address, and it is not disabled.</returns>
    Task<bool> SetAsync(string accountId, string foldedEmail, PasswordToken token, ChangeTrace trace, CancellationToken cancellationToken);

    /// <summary>Keeps a token that is nobody's: what asking for a link costs where nobody gets one. No link leads to it.</summary>
    Task AddForNobodyAsync(PasswordToken token, CancellationToken cancellationToken);

    /// <summary>Whose unspent and unexpired token this is; null when there is none. Changes nothing.</summary>
    Task<string?> FindAccountIdAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Spends a token and sets the password, in one transaction: ends the account's sessions and flows, voids its other tokens
    /// and forgets the wrong passwords, which were guesses at another one. The second factor stays as it is.
    /// </summary>
    /// <param name="byMail">Whether the link was mailed; see <see cref="Proof.ByMail"/>.</param>
    /// <returns>True for exactly one caller per token; false also where the account is disabled.</returns>
    Task<bool> TryRedeemAsync(
        byte[] tokenHash, string passwordHash, bool byMail, DateTimeOffset now, ChangeTrace trace, CancellationToken cancellationToken);
}

/// <param name="Hash">SHA-256 of what the link carries.</param>
/// <param name="ExpiresAt">From then on it is of no use.</param>
public sealed record PasswordToken(byte[] Hash, PasswordTokenPurpose Purpose, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt);

/// <summary>What a link that sets a password was made for. The numbers are stored: add, never change.</summary>
public enum PasswordTokenPurpose
{
    /// <summary>An administrator made it for the person, who may have no password yet.</summary>
    Invitation = 1,

    /// <summary>The person forgot the password and asked for it.</summary>
    Reset = 2,

    /// <summary>
    /// The same, and the mail with it waits for its turn: until then the link that came before stays good, so that a stranger who asks does not
    /// make it worthless. The next <see cref="Reset"/> ends both.
    /// </summary>
    ResetWaiting = 3,
}
