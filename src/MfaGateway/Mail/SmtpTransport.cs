using System.Net;
using System.Net.Mail;
using System.Runtime.CompilerServices;
using MfaGateway.Configuration;

namespace MfaGateway.Mail;

/// <summary>
/// Hands mails to a mail server (RFC 6409), each in a connection of its own. With STARTTLS nothing but the greeting is said before the
/// connection is encrypted and the certificate is found to be good for the server's name; where that fails, nothing is sent.
/// </summary>
/// <remarks>
/// What <see cref="SmtpClient"/> can't do: TLS from the first byte (port 465), any AUTH but LOGIN and NTLM, and telling that AUTH was
/// refused; it continues unauthenticated, and the server refuses the next command. See docs/mail.md for the way around it. It gives the
/// machine's own name in EHLO and has no setting for another one: that is written into its field, which a test on the wire watches over.
/// </remarks>
/// <param name="clientName">What to say in EHLO: a host name, or an address literal.</param>
internal sealed class SmtpTransport(SmtpOptions options, string clientName) : IMailTransport
{
    public TimeSpan Longest => options.Timeout;

    public DateTimeOffset? RestsUntil => null;

    public async Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        using var message = SmtpMessage.Of(mail);
        using var client = new SmtpClient(options.Host!, options.Port) { EnableSsl = options.Security == SmtpSecurity.StartTls };
        ClientName(client) = clientName;
        if (options.User is { } user)
            client.Credentials = new NetworkCredential(user, options.Password);
        try
        {
            await client.SendMailAsync(message, cancellationToken);
        }
        catch (SmtpException fault)
        {
            // Not as its inner exception: the server's words name the recipient.
            throw SmtpFaults.Explain(fault, mail.To.Address.Value);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_clientDomain")]
    private static extern ref string? ClientName(SmtpClient client);
}
