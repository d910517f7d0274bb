using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Mail;
using MfaGateway.Mail.Templates;

namespace MfaGateway.Mail;

/// <summary>Makes a mail of the facts, in the words and the language of the moment: once as plain text, once as HTML.</summary>
internal sealed class MailWriter(MailTexts texts, MailSite site)
{
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    /// <exception cref="MailUndeliverableException">The recipient is no address.</exception>
    public OutgoingMail Write(OutboxMail mail, NoticeMail notice) => Write(mail.Id, mail.QueuedAt, notice);

    /// <param name="id">The mail's own.</param>
    /// <param name="writtenAt">When what it tells was kept.</param>
    /// <exception cref="MailUndeliverableException">The recipient is no address.</exception>
    public OutgoingMail Write(string id, DateTimeOffset writtenAt, NoticeMail notice)
    {
        if (!EmailAddress.TryParse(notice.To, out var to))
            throw new MailUndeliverableException("A mail was not written: its recipient is not one plain address.");

        var said = Say(notice, texts.For(notice.Language));
        return new OutgoingMail(
            id, writtenAt, site.From, new Mailbox(notice.DisplayName, to), said.Subject,
            PlainText.Tidy(texts.Plain.Render(ViewOf(said, PlainText.Wrap, PlainText.Align), text => text)),
            texts.Html.Render(ViewOf(said, text => text, facts => facts), Html.Encode));
    }

    private Said Say(NoticeMail notice, MailLanguage language)
    {
        var link = LinkOf(notice);
        var facts = FactsOf(notice, language, link);
        var wording = language.Mails[notice.Kind];
        string Phrase(string name) => Fill(language.Phrases[name]);
        string Fill(Template template) => PlainText.OnOneLine(template.Render(facts, PlainText.OnOneLine));
        (string Label, string? Value)[] shown =
        [
            (Phrase("account"), notice.UserName),
            (Phrase("when"), language.Write(notice.At)),
            (Phrase("from"), notice.ClientAddress),
            (Phrase("device"), facts.Text("device")),
            (Phrase("reason"), facts.Text("reason")),
        ];
        return new Said(
            language,
            Fill(wording.Subject),
            Phrase("greeting"),
            Fill(wording.What),
            notice.Code,
            link,
            wording.Link is { } label ? Fill(label) : null,
            [.. shown.Where(fact => !string.IsNullOrWhiteSpace(fact.Value)).Select(fact => (fact.Label, PlainText.OnOneLine(fact.Value!)))],
            [.. wording.Advice.Select(Fill).Where(paragraph => paragraph.Length > 0)],
            Phrase("help"),
            Phrase("noReply"));
    }

    private View FactsOf(NoticeMail notice, MailLanguage language, string? link) => new View()
        .Set("site", site.Name)
        .Set("contact", site.Contact)
        .Set("accountPage", site.AccountPage)
        .Set("name", notice.DisplayName)
        .Set("account", notice.UserName)
        .Set("email", notice.AccountEmail)
        .Set("address", notice.ClientAddress)
        .Set("device", notice.Kind is NoticeKind.AuthenticatorAdded or NoticeKind.AuthenticatorRemoved ? notice.Detail : null)
        .Set("formerAccount", notice.Kind == NoticeKind.UserNameChanged ? notice.Detail : null)
        .Set("reason", notice.Kind == NoticeKind.SecondFactorReset ? notice.Detail : null)
        .Set("byAdministrator", IsByAdministrator(notice) ? "yes" : null)
        .Set("until", notice.GoodUntil is { } end ? language.Write(end) : null)
        .Set("minutes", notice.GoodUntil is { } until ? Number((int)(until - notice.At).TotalMinutes) : null)
        .Set("number", Number(notice.Number))
        .Set("most", Number(notice.Most))
        .Set("hasLink", link is null ? null : "yes");

    private static bool IsByAdministrator(NoticeMail notice) =>
        notice is { Kind: NoticeKind.MagicCodesOn or NoticeKind.MagicCodesOff, Detail: Notice.ByAdministrator };

    // The link was made for this site by the configured origin, or it is not sent: a request's Host chose no link.
    private string? LinkOf(NoticeMail notice)
    {
        // Versions before the typed mails kept an invitation's link as its detail.
        var link = notice.Link ?? (notice.Kind == NoticeKind.InvitedToSignIn ? notice.Detail : null);
        return site.Origin is { } origin && link?.StartsWith(origin + "/", StringComparison.Ordinal) == true ? link : null;
    }

    private View ViewOf(
        Said said, Func<string, string> wrap, Func<IReadOnlyList<(string Label, string Value)>, IReadOnlyList<(string Label, string Value)>> align) =>
        new View()
            .Set("language", said.Language.Tag)
            .Set("direction", said.Language.Direction)
            .Set("site", site.Name)
            .Set("subject", said.Subject)
            .Set("greeting", wrap(said.Greeting))
            .Set("what", wrap(said.What))
            .Set("code", said.Code)
            .Set("link", said.Link)
            .Set("linkLabel", said.LinkLabel)
            .Set("facts", [.. align(said.Facts).Select(fact => new View().Set("label", fact.Label).Set("value", fact.Value))])
            .Set("advice", said.Advice.Select(wrap))
            .Set("help", wrap(said.Help))
            .Set("noReply", wrap(said.NoReply));

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private sealed record Said(
        MailLanguage Language, string Subject, string Greeting, string What, string? Code, string? Link, string? LinkLabel,
        IReadOnlyList<(string Label, string Value)> Facts, IReadOnlyList<string> Advice, string Help, string NoReply)
    {
        public override string ToString() => nameof(Said);
    }
}
