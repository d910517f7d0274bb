namespace MfaGateway.Core.Mail;

/// <summary>
/// One mail to one mailbox as facts, not as text: it becomes text when it is delivered, in the words and the language
/// of that moment.
/// </summary>
/// <param name="To">One address.</param>
/// <param name="AccountEmail">The account's address; another one than <paramref name="To"/> for <see cref="Notice.AlsoTo"/>.</param>
/// <param name="Language">BCP 47 tags in the reader's order of preference, divided by commas; null for the site's own language.</param>
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
    /// <summary>A one-time code, as it is to be typed.</summary>
    public string? Code { get; init; }

    /// <summary>A one-time link. It is sent only where it leads to the configured origin.</summary>
    public string? Link { get; init; }

    /// <summary>Which of the codes that were asked for in one flow this is: 1 for the first.</summary>
    public int? Number { get; init; }

    /// <summary>How many codes can be asked for in that flow.</summary>
    public int? Most { get; init; }

    /// <summary>From then on code and link are good for nothing, and so is the mail.</summary>
    public DateTimeOffset? GoodUntil { get; init; }

    public override string ToString() => $"{nameof(NoticeMail)} {Kind}";
}
