using System.Globalization;
using System.Text;

namespace MfaGateway.Mail;

/// <summary>Writes a mail as RFC 5322 has it, in ASCII alone, so that no server on its way needs to know more.</summary>
internal static class InternetMessage
{
    private const int LongestLine = 76;

    /// <exception cref="MailUndeliverableException">A name or the subject holds what would break out of its field.</exception>
    public static byte[] Write(OutgoingMail mail)
    {
        // "=_" is in no encoded body (RFC 2045 6.7), and nobody who chooses a word of the mail knows its id.
        var boundary = $"=_{mail.Id}";
        var message = new StringBuilder()
            .Append("Date: ").Append(mail.WrittenAt.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture)).Append("\r\n")
            .Append(Field("From", mail.From))
            .Append(Field("To", mail.To))
            .Append("Message-ID: ").Append(IdOf(mail)).Append("\r\n")
            .Append("Subject: ").Append(HeaderText.Unstructured(mail.Subject, used: "Subject: ".Length)).Append("\r\n")
            .Append("Auto-Submitted: auto-generated\r\n") // RFC 3834: keeps "out of office" from answering
            .Append("MIME-Version: 1.0\r\n")
            .Append("Content-Type: multipart/alternative;\r\n boundary=\"").Append(boundary).Append("\"\r\n\r\n")
            // RFC 2046 5.1.4: the plainest first.
            .Append(Part(boundary, "text/plain", mail.Text))
            .Append(Part(boundary, "text/html", mail.Html))
            .Append("--").Append(boundary).Append("--\r\n");
        return Encoding.ASCII.GetBytes(message.ToString());
    }

    /// <summary>Made of the mail's id: a mail that had to be delivered twice can be told from two.</summary>
    public static string IdOf(OutgoingMail mail) => $"<{mail.Id}@{DomainOf(mail.From)}>";

    private static string Part(string boundary, string type, string text)
    {
        var body = BodyText.Of(text);
        return $"--{boundary}\r\nContent-Type: {type}; charset=utf-8\r\nContent-Transfer-Encoding: {body.Encoding}\r\n\r\n{body.Text}\r\n";
    }

    private static string Field(string name, Mailbox mailbox)
    {
        // The type of an address vouches for it: it holds no blank, no bracket and no line end.
        var address = mailbox.Address.Value;
        if (string.IsNullOrWhiteSpace(mailbox.Name))
            return $"{name}: {address}\r\n";

        var field = $"{name}: {HeaderText.Phrase(mailbox.Name.Trim(), name.Length + 2)}";
        var onLine = field.Length - (field.LastIndexOf('\n') + 1);
        var gap = onLine + address.Length + 3 <= LongestLine ? " " : "\r\n ";
        return $"{field}{gap}<{address}>\r\n";
    }

    private static string DomainOf(Mailbox mailbox) =>
        mailbox.Address.Value[(mailbox.Address.Value.IndexOf('@', StringComparison.Ordinal) + 1)..];
}
