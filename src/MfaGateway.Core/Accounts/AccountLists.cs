using MfaGateway.Core.Mail;

namespace MfaGateway.Core.Accounts;

/// <summary>The people as administrators look through them, and what besides wants their attention.</summary>
public sealed class AccountLists(AccountDirectory directory, MailOutbox outbox, TimeProvider time)
{
    public const int PageSize = 50;

    public async Task<AccountListing> ReadAsync(AccountFilter filter, AccountPlace place, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return new AccountListing(
            await directory.FindPageAsync(filter, place, PageSize, now, cancellationToken),
            await directory.CountAsync(filter, now, cancellationToken),
            await outbox.CountUndeliveredAsync(cancellationToken));
    }
}

/// <param name="Total">All that are looked for, on whatever page.</param>
public sealed record AccountListing(AccountPage Page, long Total, UndeliveredMail Mail);
