using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Mail;

/// <summary>Tells people what happens to their account. Nothing is sent here: it is kept, and delivered beside the requests.</summary>
public sealed class Notices(IMailOutbox outbox, MailContents contents, MailSignal signal)
{
    /// <summary>Keeps a mail for each address. On disk when it returns, so that no crash loses it.</summary>
    /// <exception cref="StoreUnavailableException">It could not be kept.</exception>
    public async Task TellAsync(Notice notice, CancellationToken cancellationToken)
    {
        await outbox.EnqueueAsync(Prepare(notice), cancellationToken);
        signal.Raise();
    }

    /// <summary>
    /// The mails of a notice, for a store verb that keeps them in the transaction of what they tell. <see cref="Announce"/>
    /// follows once that is through.
    /// </summary>
    public IReadOnlyList<OutboxMail> Prepare(Notice notice) =>
        [.. AddressesOf(notice).Select(to => contents.Protect(ContentOf(notice, to), notice.Account.Id, notice.At))];

    /// <summary>Has mails delivered now that were kept without <see cref="TellAsync"/>.</summary>
    public void Announce() => signal.Raise();

    // One recipient a mail: an address that refuses stops nobody else's, and nobody reads who else was told.
    private static IEnumerable<string> AddressesOf(Notice notice) =>
        notice.AlsoTo is { } other ? [notice.Account.Email, other] : [notice.Account.Email];

    private static NoticeMail ContentOf(Notice notice, string to) => new(
        notice.Kind, to, notice.Account.UserName, notice.Account.DisplayName, notice.Account.Email, notice.At,
        notice.ClientAddress, notice.Detail, notice.Languages ?? notice.Account.Languages);
}
