using System.Globalization;
using System.Text;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Mail;

namespace MfaGateway.Mail;

/// <summary>Makes a mail of the facts: greeting, what happened, when and from where, what to do, whom to turn to.</summary>
internal static class NoticeWriter
{
    private const int LongestLine = 72;

    /// <exception cref="MailUndeliverableException">The recipient is no address.</exception>
    public static OutgoingMail Write(OutboxMail mail, NoticeMail notice, MailSite site)
    {
        if (!EmailAddress.TryParse(notice.To, out var to))
            throw new MailUndeliverableException("A mail was not written: its recipient is not one plain address.");

        var text = NoticeTexts.Of(notice, site);
        string?[] paragraphs =
        [
            Wrap($"Hello {notice.DisplayName},"),
            Wrap(text.What),
            Facts(notice, text),
            .. text.Advice.Select(Wrap),
            Wrap(site.Contact is { } contact ? $"Need help? {contact}" : $"Need help? Turn to the people who run {site.Name}."),
            Wrap("This mail was sent by a program; nobody reads answers to it."),
        ];
        var body = string.Join("\n\n", paragraphs.Where(paragraph => paragraph is not null)) + "\n";
        return new OutgoingMail(mail.Id, mail.QueuedAt, site.From, new Mailbox(notice.DisplayName, to), text.Subject, body);
    }

    private static string Facts(NoticeMail notice, NoticeText text)
    {
        var at = notice.At.ToUniversalTime().ToString("d MMMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        (string Name, string? Value)[] facts =
            [("Account", notice.UserName), ("When", at), ("From", notice.ClientAddress), .. text.Facts];
        return string.Join('\n', facts.Where(fact => !string.IsNullOrWhiteSpace(fact.Value)).Select(fact => $"  {fact.Name + ":",-10}{OnOneLine(fact.Value!)}"));
    }

    /// <summary>Breaks at blanks alone, so that a link stays whole.</summary>
    private static string Wrap(string paragraph)
    {
        var (wrapped, used) = (new StringBuilder(), 0);
        foreach (var word in OnOneLine(paragraph).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var fits = used + 1 + word.Length <= LongestLine;
            if (used > 0)
                wrapped.Append(fits ? ' ' : '\n');
            used = used > 0 && fits ? used + 1 + word.Length : word.Length;
            wrapped.Append(word);
        }

        return wrapped.ToString();
    }

    // What people chose (a device's name, a reason) makes no lines of its own.
    private static string OnOneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
}
