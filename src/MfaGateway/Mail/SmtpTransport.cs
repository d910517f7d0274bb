using MailKit.Net.Smtp;
using MailKit.Security;
using MfaGateway.Configuration;
using MimeKit;

namespace MfaGateway.Mail;

/// <summary>
/// Hands mails to a mail server (RFC 6409), each in a connection of its own. Unless <see cref="SmtpSecurity.None"/> is set, neither mail
/// nor sign-in is sent before the connection is encrypted and the certificate is valid for the server's name.
/// </summary>
/// <param name="clientName">Given in EHLO: a host name, or an address literal.</param>
internal sealed class SmtpTransport(SmtpOptions options, string clientName) : IMailTransport
{
    public TimeSpan Longest => options.Timeout;

    public DateTimeOffset? RestsUntil => null;

    public async Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        using var message = InternetMessage.Create(mail);
        var certificate = new CertificateReview();
        using var client = NewClient(certificate);
        try
        {
            await client.ConnectAsync(options.Host!, options.Port, EncryptionOf(options.Security), cancellationToken);
            if (options.User is { } user)
                await SmtpSignIn.SignInAsync(client, user, options, cancellationToken);
            await client.SendAsync(message, EnvelopeOf(mail.From), [EnvelopeOf(mail.To)], cancellationToken);
        }
        catch (Exception failure) when (failure is not (MailNotTakenException or OperationCanceledException))
        {
            // Without the inner exception: the server's words name the recipient.
            throw SmtpFaults.Explain(failure, certificate, mail.To.Address.Value);
        }
        finally
        {
            // RFC 5321 4.1.1.10. A server that does not answer QUIT does not change what it has taken: MailKit ignores that.
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
    }

    private SmtpClient NewClient(CertificateReview certificate) => new()
    {
        LocalDomain = clientName,
        Timeout = (int)options.Timeout.TotalMilliseconds,
        // Asking for revocation would send requests to addresses that the certificate names, and an authority of one's own seldom answers.
        CheckCertificateRevocation = false,
        ServerCertificateValidationCallback = certificate.Validate,
    };

    private static MailboxAddress EnvelopeOf(Mailbox mailbox) => new(string.Empty, mailbox.Address.Value);

    private static SecureSocketOptions EncryptionOf(SmtpSecurity security) => security switch
    {
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.None => SecureSocketOptions.None,
        _ => throw new ArgumentOutOfRangeException(nameof(security), security, "Must be StartTls, Tls or None."),
    };
}
