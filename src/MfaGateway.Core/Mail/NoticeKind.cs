namespace MfaGateway.Core.Mail;

/// <summary>What people are told by mail. The names are stored: add, never rename.</summary>
public enum NoticeKind
{
    /// <summary><see cref="Notice.Detail"/>: what the device is called.</summary>
    AuthenticatorAdded,

    /// <summary><see cref="Notice.Detail"/>: what the device was called.</summary>
    AuthenticatorRemoved,

    /// <summary>The last authenticator went: the password alone lets the person in from now on.</summary>
    SecondFactorOff,

    /// <summary>An administrator took the second factor away. <see cref="Notice.Detail"/>: the reason given.</summary>
    SecondFactorReset,

    RecoveryCodeUsed,
    RecoveryCodesMade,
    PasswordChanged,

    /// <summary><see cref="Notice.AlsoTo"/>: the old address.</summary>
    EmailChanged,

    /// <summary>Several wrong codes after the right password: somebody knows it.</summary>
    WrongCodes,

    /// <summary>So many wrong codes in a row that codes are not taken any more.</summary>
    FactorSuspended,

    /// <summary>See <see cref="Mails.InvitedToSignIn"/>.</summary>
    InvitedToSignIn,

    /// <summary>See <see cref="Mails.MagicCode"/>.</summary>
    MagicCode,

    /// <summary>See <see cref="Mails.PasswordReset"/>.</summary>
    PasswordReset,

    /// <summary>Signing in by e-mail was switched on. <see cref="Notice.Detail"/>: <see cref="Notice.ByAdministrator"/> or null.</summary>
    MagicCodesOn,

    /// <summary>Signing in by e-mail was switched off. <see cref="Notice.Detail"/>: <see cref="Notice.ByAdministrator"/> or null.</summary>
    MagicCodesOff,

    /// <summary><see cref="Notice.Detail"/>: the user name before.</summary>
    UserNameChanged,

    /// <summary>What the command <c>mail test</c> sends; never kept.</summary>
    Test,
}
