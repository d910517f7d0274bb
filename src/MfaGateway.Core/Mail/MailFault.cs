namespace MfaGateway.Core.Mail;

/// <summary>Why a mail was not delivered. The names are stored: add, never rename.</summary>
public enum MailFault
{
    /// <summary>Something else: the program's log says what.</summary>
    Other,

    /// <summary>The mail server's name is unknown, or nobody listens there, or the pickup directory can't be written.</summary>
    Unreachable,

    /// <summary>The mail server took longer than it may.</summary>
    TimedOut,

    /// <summary>The connection broke off in the middle.</summary>
    ConnectionLost,

    /// <summary>The mail server offers no encryption.</summary>
    NotEncrypted,

    /// <summary>The mail server's certificate is not good for it.</summary>
    CertificateRefused,

    /// <summary>The mail server wants somebody signed in whom it knows.</summary>
    SignInRefused,

    /// <summary>The mail server does not want this mail, or any.</summary>
    ServerRefused,

    /// <summary>The mail server knows no such mailbox, or the mailbox takes nothing.</summary>
    RecipientRefused,

    /// <summary>It can't be opened: its key is another node's or gone, or a newer program wrote it.</summary>
    Unreadable,

    /// <summary>What it was made of can't be written as a mail.</summary>
    Unwritable,

    /// <summary>Its code or link was not good any more before it could be delivered.</summary>
    Expired,
}
