using System.Text;
using MimeKit;
using MimeKit.Text;

namespace MfaGateway.Mail;

/// <summary>Makes a message by RFC 5322 of a mail, in ASCII alone, so that no server on its way needs to know more.</summary>
internal static class InternetMessage
{
    private const int MaxLineLength = 998; // RFC 5322 2.1.1
    private const int BytesInWord = 39; // 64 characters: with the field's name less than the 76 of a line (RFC 2047 2).

    private static readonly FormatOptions Format = CreateFormat();

    /// <exception cref="MailUndeliverableException">A name or the subject holds a control character.</exception>
    public static byte[] Write(OutgoingMail mail)
    {
        using var message = Create(mail);
        using var bytes = new MemoryStream();
        message.WriteTo(Format, bytes);
        return bytes.ToArray();
    }

    /// <exception cref="MailUndeliverableException">A name or the subject holds a control character.</exception>
    public static MimeMessage Create(OutgoingMail mail)
    {
        var message = new MimeMessage();
        message.Headers.Clear();
        message.Date = mail.WrittenAt.ToUniversalTime();
        AddMailbox(message, HeaderId.From, mail.From);
        AddMailbox(message, HeaderId.To, mail.To);
        // Made of the mail's id: a mail that had to be delivered twice can be told from two.
        message.Headers.Add("Message-ID", $"<{mail.Id}@{mail.From.Address.Value.Split('@')[1]}>");
        AddSubject(message, mail.Subject);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated"); // RFC 3834: keeps "out of office" from answering
        // RFC 2046 5.1.4: the plainest first. "=_" is in no encoded body (RFC 2045 6.7), and no one who chooses a word of the mail knows its id.
        message.Body = new MultipartAlternative(PartOf(TextFormat.Plain, mail.Text), PartOf(TextFormat.Html, mail.Html)) { Boundary = $"=_{mail.Id}" };
        return message;
    }

    private static void AddMailbox(MimeMessage message, HeaderId field, Mailbox mailbox)
    {
        RefuseControls(mailbox.Name);
        var (name, address) = (mailbox.Name.Trim(), mailbox.Address.Value);
        if (IsEncoded(name))
            AddRaw(message, field, $"{EncodedWords(name)}\r\n <{address}>");
        else
            (field == HeaderId.From ? message.From : message.To).Add(new MailboxAddress(Encoding.UTF8, name, address));
    }

    private static void AddSubject(MimeMessage message, string subject)
    {
        RefuseControls(subject);
        if (IsEncoded(subject))
            AddRaw(message, HeaderId.Subject, EncodedWords(subject));
        else
            message.Subject = subject;
    }

    private static TextPart PartOf(TextFormat format, string text)
    {
        var part = new TextPart(format);
        part.SetText(Encoding.UTF8, text.TrimEnd('\n').ReplaceLineEndings("\r\n") + "\r\n");
        // Not as quoted-printable: MimeKit's lines may be two characters longer than the 76 that RFC 2045 6.7 (5) allows.
        var isPlain = part.GetBestEncoding(EncodingConstraint.SevenBit, MaxLineLength) == ContentEncoding.SevenBit;
        part.ContentTransferEncoding = isPlain ? ContentEncoding.SevenBit : ContentEncoding.Base64;
        return part;
    }

    /// <summary>Refuses CR and LF above all: behind them the text would write fields of its own, and a body.</summary>
    private static void RefuseControls(string text)
    {
        if (text.Any(char.IsControl))
            throw new MailUndeliverableException("A mail was not written: a name or its subject holds a control character.");
    }

    // MimeKit's encoded words may make a line longer than RFC 2047 2 allows, and what looks like one it writes as it is.
    private static bool IsEncoded(string text) => !Ascii.IsValid(text) || text.Contains("=?", StringComparison.Ordinal);

    /// <summary>Words of whole characters (RFC 2047 5), each on a line of its own.</summary>
    private static string EncodedWords(string text)
    {
        var words = new List<List<byte>> { new() };
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (words[^1].Count + bytes.Length > BytesInWord)
                words.Add([]);
            words[^1].AddRange(bytes);
        }

        return string.Join("\r\n ", words.Select(word => $"=?utf-8?B?{Convert.ToBase64String(word.ToArray())}?="));
    }

    private static void AddRaw(MimeMessage message, HeaderId field, string value)
    {
        var header = new Header(field, string.Empty);
        header.SetRawValue(Encoding.ASCII.GetBytes($" {value}\r\n"));
        message.Headers.Add(header);
    }

    private static FormatOptions CreateFormat()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        return format;
    }
}
