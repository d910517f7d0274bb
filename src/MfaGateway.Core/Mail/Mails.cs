namespace MfaGateway.Core.Mail;

/// <summary>
/// Makes the mails that carry a secret. Nothing is sent here: what is made is kept in the transaction of what it
/// belongs to (the code issued, the link made).
/// </summary>
/// <remarks>
/// The secret is encrypted for its row from here on. It is erased when the mail is delivered or given up, and when it is good no
/// more: such a mail is dropped, never sent late.
/// </remarks>
public sealed class Mails(MailContents contents)
{
    /// <summary>A one-time code to sign in with.</summary>
    /// <param name="code">As it is to be typed.</param>
    /// <param name="link">The same as a link on the configured origin; null where none is configured.</param>
    /// <param name="number">Which of the flow's codes: 1 for the first.</param>
    /// <param name="most">How many codes the flow may ask for.</param>
    /// <param name="goodUntil">The end of the code's life.</param>
    public OutboxMail MagicCode(MailRequest request, string code, string? link, int number, int most, DateTimeOffset goodUntil) =>
        Keep(ContentOf(NoticeKind.MagicCode, request, link, goodUntil) with { Code = code, Number = number, Most = most }, request);

    /// <summary>A one-time link to choose another password.</summary>
    /// <param name="link">On the configured origin.</param>
    /// <param name="goodUntil">The end of the link's life.</param>
    public OutboxMail PasswordReset(MailRequest request, string link, DateTimeOffset goodUntil) =>
        Keep(ContentOf(NoticeKind.PasswordReset, request, link, goodUntil), request);

    /// <summary>A one-time link for somebody who has no password yet.</summary>
    /// <param name="link">On the configured origin.</param>
    /// <param name="goodUntil">The end of the link's life.</param>
    public OutboxMail InvitedToSignIn(MailRequest request, string link, DateTimeOffset goodUntil) =>
        Keep(ContentOf(NoticeKind.InvitedToSignIn, request, link, goodUntil), request);

    private OutboxMail Keep(NoticeMail content, MailRequest request) => contents.Protect(content, request.AccountId, request.At);

    private static NoticeMail ContentOf(NoticeKind kind, MailRequest request, string? link, DateTimeOffset goodUntil) => new(
        kind, request.To, request.UserName, request.DisplayName, request.To, request.At, request.ClientAddress, Detail: null, request.Languages)
    {
        Link = link,
        GoodUntil = goodUntil,
    };
}
