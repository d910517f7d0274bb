namespace MfaGateway.Configuration;

/// <summary>Bound at <c>MfaGateway:Mail:Sendmail</c>: the program that takes mails with <c>Provider</c> <c>Sendmail</c>.</summary>
public sealed class SendmailOptions
{
    /// <summary>A program that is called as sendmail is (Postfix, Exim and msmtp bring one): a mail on its standard input, recipients as arguments.</summary>
    /// <value>The full path of a file that exists; the default is <c>/usr/sbin/sendmail</c>.</value>
    public string Path { get; set; } = "/usr/sbin/sendmail";

    /// <summary>How long it may take for one mail.</summary>
    /// <value>1 second to 5 minutes; the default is 30 seconds.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
