using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Accounts;

/// <summary>Lists of accounts.</summary>
public sealed class AccountDirectory(Transactions transactions) : IAccountDirectory
{
    public Task<AccountPage> FindPageAsync(
        AccountFilter filter, AccountPlace place, int count, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(
            async records => await records.AccountSearch.FindPageAsync(filter, await GroupSpellings.OfAsync(records, filter.Group), place, count, now),
            cancellationToken);

    public Task<long> CountAsync(AccountFilter filter, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(
            async records => await records.AccountSearch.CountAsync(filter, await GroupSpellings.OfAsync(records, filter.Group), now),
            cancellationToken);

    public Task<IReadOnlyList<string>> ListGroupsAsync(CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.AccountSearch.ListGroupsAsync(), cancellationToken);
}
