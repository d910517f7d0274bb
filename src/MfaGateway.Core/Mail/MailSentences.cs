using System.Globalization;

namespace MfaGateway.Core.Mail;

/// <summary>What mails are about and why they failed, in plain words, for administrators.</summary>
public static class MailSentences
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        [nameof(NoticeKind.AuthenticatorAdded)] = "An authenticator was added",
        [nameof(NoticeKind.AuthenticatorRemoved)] = "An authenticator was removed",
        [nameof(NoticeKind.SecondFactorOff)] = "The second factor was switched off",
        [nameof(NoticeKind.SecondFactorReset)] = "The second factor was reset",
        [nameof(NoticeKind.RecoveryCodeUsed)] = "A recovery code was used",
        [nameof(NoticeKind.RecoveryCodesMade)] = "New recovery codes were made",
        [nameof(NoticeKind.PasswordChanged)] = "The password was changed",
        [nameof(NoticeKind.EmailChanged)] = "The e-mail address was changed",
        [nameof(NoticeKind.UserNameChanged)] = "The user name was changed",
        [nameof(NoticeKind.WrongCodes)] = "Warning of wrong codes",
        [nameof(NoticeKind.FactorSuspended)] = "Codes are no longer accepted",
        [nameof(NoticeKind.InvitedToSignIn)] = "Invitation",
        [nameof(NoticeKind.MagicCode)] = "Code to sign in with",
        [nameof(NoticeKind.PasswordReset)] = "Link to a new password",
        [nameof(NoticeKind.MagicCodesOn)] = "Signing in by e-mail was switched on",
        [nameof(NoticeKind.MagicCodesOff)] = "Signing in by e-mail was switched off",
        [nameof(NoticeKind.Test)] = "Test mail",
    };

    /// <summary>The names of all kinds that have words.</summary>
    public static IReadOnlyCollection<string> KnownKinds => Kinds.Keys;

    /// <param name="kind">See <see cref="OutboxMail.Kind"/>. One of a newer program is shown by its name.</param>
    public static string DescribeKind(string kind) => Kinds.GetValueOrDefault(kind, kind);

    /// <summary>One sentence without a full stop, with what the server answered.</summary>
    public static string DescribeFailure(MailFailure? failure) => failure switch
    {
        null => "It was given up; an earlier version did not keep why",
        { Status: { } status } => string.Create(CultureInfo.InvariantCulture, $"{Describe(failure.Fault)} (it answered {status})"),
        _ => Describe(failure.Fault),
    };

    public static string Describe(MailFault fault) => fault switch
    {
        MailFault.Unreachable => "The mail server can't be reached, or the directory or program for mail can't be used",
        MailFault.TimedOut => "The mail server took too long",
        MailFault.ConnectionLost => "The mail server broke the connection off",
        MailFault.NotEncrypted => "The mail server offers no encryption, and without it nothing is sent",
        MailFault.CertificateRefused => "The mail server's certificate is not good for its name, or not of an authority that this machine trusts",
        MailFault.SignInRefused => "The mail server refused the sign-in: it does not know us, or user or password are wrong",
        MailFault.ServerRefused => "The mail server refused the mail",
        MailFault.RecipientRefused => "The mail server refused the recipient: there is no such mailbox, or it takes nothing",
        MailFault.Unreadable => "It can't be opened: its key is gone or another node's, or a newer version wrote it",
        MailFault.Unwritable => "It can't be written as a mail: its recipient is not one plain address, or a name holds control characters",
        MailFault.Expired => "Its code or link was over before it could be delivered",
        _ => "Something else went wrong; the program's log says what",
    };
}
