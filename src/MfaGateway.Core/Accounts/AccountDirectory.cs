using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Accounts;

/// <summary>Lists of accounts.</summary>
public sealed class AccountDirectory(Transactions transactions)
{
    /// <summary>At most <paramref name="count"/> accounts next to a place in the list.</summary>
    /// <param name="now">What is locked is so at this time.</param>
    public Task<AccountPage> FindPageAsync(
        AccountFilter filter, AccountPlace place, int count, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(
            async records => await records.AccountSearch.FindPageAsync(filter, await GroupSpellings.OfAsync(records, filter.Group), place, count, now),
            cancellationToken);

    /// <summary>How many there are in all.</summary>
    /// <param name="now">See <see cref="FindPageAsync"/>.</param>
    public Task<long> CountAsync(AccountFilter filter, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(
            async records => await records.AccountSearch.CountAsync(filter, await GroupSpellings.OfAsync(records, filter.Group), now),
            cancellationToken);

    /// <summary>Every group that some account is in, in each spelling that is stored.</summary>
    public Task<IReadOnlyList<string>> ListGroupsAsync(CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.AccountSearch.ListGroupsAsync(), cancellationToken);
}
