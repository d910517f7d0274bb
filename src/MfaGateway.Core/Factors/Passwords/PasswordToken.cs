using MfaGateway.Core.Accounts;

namespace MfaGateway.Core.Factors.Passwords;

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
