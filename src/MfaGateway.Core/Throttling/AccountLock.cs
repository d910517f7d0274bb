using MfaGateway.Core.Factors;

namespace MfaGateway.Core.Throttling;

/// <summary>A bucket of an account that is closed.</summary>
/// <param name="Until">When it opens by itself; null when it does not.</param>
public sealed record AccountLock(AttemptLimit Limit, DateTimeOffset? Until)
{
    /// <summary>The factor that is suspended; null for limits that are not of one factor alone.</summary>
    public FactorKind? Factor { get; init; }

    /// <summary>What is refused, in words that begin a sentence.</summary>
    public string Subject => Limit switch
    {
        AttemptLimit.Password or AttemptLimit.PasswordsInARow => "Passwords from unknown browsers",
        AttemptLimit.KnownBrowser => "Passwords from one known browser",
        AttemptLimit.Codes => "Codes",
        AttemptLimit.CodesInARow => Factor switch
        {
            FactorKind.Totp => "Codes of authenticators",
            FactorKind.RecoveryCode => "Recovery codes",
            FactorKind.MagicCode => "Codes by e-mail",
            _ => "Codes of one factor",
        },
        AttemptLimit.MailedCodes or AttemptLimit.MailedCodesInARow => "Codes by e-mail from unknown browsers",
        AttemptLimit.MailSends => "Mails with codes",
        AttemptLimit.EnrollmentCode => "Codes for a new authenticator",
        _ => "Attempts",
    };

    /// <summary>The rest of the sentence, where no time follows it.</summary>
    public static string Suspended => "suspended until unlocked";
}
