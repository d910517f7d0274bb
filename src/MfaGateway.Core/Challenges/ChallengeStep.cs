namespace MfaGateway.Core.Challenges;

/// <summary>What is asked next.</summary>
public enum ChallengeStep
{
    /// <summary>Who is it? A password, or another first factor.</summary>
    SignIn,

    /// <summary>The password again, because its proof is too old.</summary>
    Password,

    /// <summary>A code from the authenticator; a recovery code is one click away.</summary>
    Totp,

    MagicCode,
    Passkey,

    /// <summary>A second factor is demanded and none is enrolled: enrol one now.</summary>
    EnrollTotp,

    /// <summary>The same, but an administrator's code is asked first: the second factor was reset.</summary>
    EnrollmentCode,

    /// <summary>Recovery codes were just made and must be saved before going on.</summary>
    SaveRecoveryCodes,

    /// <summary>What is demanded can't be met or enrolled by this person.</summary>
    AskAdministrator,

    Done,
}
