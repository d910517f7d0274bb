namespace MfaGateway.Core.Mail;

/// <summary>
/// One mail to one mailbox as facts, not as text: it becomes text when it is delivered, in the words and the language
/// of that moment.
/// </summary>
/// <param name="To">One address.</param>
/// <param name="AccountEmail">The account's address; another one than <paramref name="To"/> for <see cref="Notice.AlsoTo"/>.</param>
/// <param name="Language">A BCP 47 tag; null for the site's own language.</param>
public sealed record NoticeMail(
    NoticeKind Kind,
    string To,
    string UserName,
    string DisplayName,
    string AccountEmail,
    DateTimeOffset At,
    string? ClientAddress,
    string? Detail,
    string? Language)
{
    public override string ToString() => $"{nameof(NoticeMail)} {Kind}";
}
