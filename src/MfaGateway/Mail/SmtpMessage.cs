using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace MfaGateway.Mail;

/// <summary>Makes of a mail what <see cref="SmtpClient"/> sends.</summary>
internal static class SmtpMessage
{
    /// <exception cref="MailUndeliverableException">A name or the subject holds what would break out of its field.</exception>
    public static MailMessage Of(OutgoingMail mail)
    {
        HeaderText.RefuseControls(mail.Subject);
        var message = new MailMessage(AddressOf(mail.From), AddressOf(mail.To)) { Subject = mail.Subject, SubjectEncoding = Encoding.UTF8 };
        message.Headers.Add("Message-ID", InternetMessage.IdOf(mail));
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834
        // RFC 2046 5.1.4: the plainest first.
        message.AlternateViews.Add(ViewOf(mail.Text, MediaTypeNames.Text.Plain));
        message.AlternateViews.Add(ViewOf(mail.Html, MediaTypeNames.Text.Html));
        return message;
    }

    private static MailAddress AddressOf(Mailbox mailbox)
    {
        HeaderText.RefuseControls(mailbox.Name);
        return new MailAddress(mailbox.Address.Value, Quotable(mailbox.Name.Trim()), Encoding.UTF8);
    }

    // MailAddress sets a name that is ASCII between quotes as it is: a quote in it would end the name, and another address could follow.
    private static string Quotable(string name) => Ascii.IsValid(name)
        ? name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) // RFC 5322 3.2.4
        : name;

    private static AlternateView ViewOf(string text, string mediaType)
    {
        var view = AlternateView.CreateAlternateViewFromString(text.ReplaceLineEndings("\r\n"), Encoding.UTF8, mediaType);
        view.TransferEncoding = TransferEncoding.Base64; // its quoted-printable encodes the line ends as well, against RFC 2045 6.7 (4)
        return view;
    }
}
