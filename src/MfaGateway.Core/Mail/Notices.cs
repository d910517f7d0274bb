using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Mail;

/// <summary>Tells people what happens to their account. Nothing is sent here: it is kept, and delivered beside the requests.</summary>
public sealed class Notices(MailOutbox outbox, MailContents contents)
{
    /// <summary>Keeps a mail for each address. On disk when it returns, so that no crash loses it.</summary>
    /// <exception cref="StoreUnavailableException">It could not be kept.</exception>
    public Task TellAsync(Notice notice, CancellationToken cancellationToken) => outbox.EnqueueAsync(Prepare(notice), cancellationToken);

    /// <summary>
    /// The mails of a notice, to be kept in the transaction of what they tell.
    /// </summary>
    public IReadOnlyList<OutboxMail> Prepare(Notice notice) =>
        [.. AddressesOf(notice).Select(to => contents.Protect(ContentOf(notice, to), notice.Account.Id, notice.At))];

    // One recipient a mail: an address that refuses stops nobody else's, and nobody reads who else was told.
    private static IEnumerable<string> AddressesOf(Notice notice) =>
        notice.AlsoTo is { } other ? [notice.Account.Email, other] : [notice.Account.Email];

    private static NoticeMail ContentOf(Notice notice, string to) => new(
        notice.Kind, to, notice.Account.UserName, notice.Account.DisplayName, notice.Account.Email, notice.At,
        notice.ClientAddress, notice.Detail, notice.Languages ?? notice.Account.Languages);
}
