namespace MfaGateway.Configuration;

/// <summary>Bound at <c>MfaGateway:Mail</c>.</summary>
public sealed class MailOptions
{
    /// <summary>How mail leaves.</summary>
    /// <value>
    /// <c>Pickup</c> (<c>.eml</c> files under <c>DataDirectory/mail</c>), which is the default, <c>Smtp</c> (a mail server) or
    /// <c>Sendmail</c> (a program of this machine).
    /// </value>
    public MailProvider Provider { get; set; } = MailProvider.Pickup;

    /// <summary>Whom mail comes from.</summary>
    /// <value>One e-mail address; the default is none (<c>no-reply@</c> and the host of <c>PublicOrigin</c>, or <c>localhost</c>).</value>
    public string? From { get; set; }

    /// <summary>The language of mails to people of whom no other is known.</summary>
    /// <value>One that there is a file of, among those that ship or in <see cref="TemplatesDirectory"/>; the default is <c>en</c>.</value>
    public string Language { get; set; } = "en";

    /// <summary>Files that change what mails say and look like, over those that ship with the program: see docs/mail.md.</summary>
    /// <value>An existing directory; the default is none.</value>
    public string? TemplatesDirectory { get; set; }

    public SmtpOptions Smtp { get; set; } = new();

    public SendmailOptions Sendmail { get; set; } = new();
}
