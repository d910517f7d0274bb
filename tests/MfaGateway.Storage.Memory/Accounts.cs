using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Storage.Memory;

internal sealed class MemoryAccountRecords(MemoryScope scope) : IAccountRecords
{
    public Task<Account?> FindAsync(string id) => scope.Read(state => state.Accounts.GetValueOrDefault(id));

    public Task<Account?> FindByUserNameAsync(string foldedUserName) =>
        scope.Read(state => state.Accounts.Values.FirstOrDefault(account => UserNames.Fold(account.UserName) == foldedUserName));

    public Task<Account?> FindByEmailAsync(string foldedEmail) =>
        scope.Read(state => state.Accounts.Values.FirstOrDefault(account => EmailAddress.Fold(account.Email) == foldedEmail));

    public Task<bool> AnyAsync() => scope.Read(state => !state.Accounts.IsEmpty);

    public Task<bool> TryAddAsync(Account account) => scope.Write(state =>
    {
        var (name, email) = (UserNames.Fold(account.UserName), EmailAddress.Fold(account.Email));
        if (state.Accounts.ContainsKey(account.Id)
            || state.Accounts.Values.Any(other => UserNames.Fold(other.UserName) == name || EmailAddress.Fold(other.Email) == email))
        {
            return false;
        }

        state.Accounts = state.Accounts.With(account.Id, account);
        return true;
    });

    public Task UpdateAsync(Account seen, Account wanted) => scope.Write(state => state.Accounts = state.Accounts.SetItem(wanted.Id, wanted));

    public Task DeleteAsync(string id) => scope.Write(state => Cascades.DeleteAccount(state, id));
}

internal sealed class MemoryAccountSearch(MemoryScope scope) : IAccountSearch
{
    public Task<AccountPage> FindPageAsync(AccountFilter filter, IReadOnlyList<string> groups, AccountPlace place, int count, DateTimeOffset now) =>
        scope.Read(state =>
        {
            var all = Match(state, filter, groups, now);
            var found = place.Backwards
                ? all.Reverse().Where(account => string.CompareOrdinal(UserNames.Fold(account.UserName), place.FoldedUserName) < 0)
                : all.Where(account => string.CompareOrdinal(UserNames.Fold(account.UserName), place.FoldedUserName) > 0);

            // One more than asked for shows that there is another page.
            var page = found.Take(count + 1).ToList();
            var hasMore = page.Count > count;
            var listed = page.Take(count).Select(account => List(state, account, now));
            return new AccountPage(
                [.. place.Backwards ? listed.Reverse() : listed],
                HasEarlier: place.Backwards ? hasMore : place.FoldedUserName.Length > 0,
                HasLater: place.Backwards || hasMore);
        });

    public Task<long> CountAsync(AccountFilter filter, IReadOnlyList<string> groups, DateTimeOffset now) =>
        scope.Read(state => Match(state, filter, groups, now).LongCount());

    public Task<IReadOnlyList<string>> ListGroupsAsync() => scope.Read<IReadOnlyList<string>>(state =>
        [.. state.Accounts.Values.SelectMany(account => account.Groups).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    public Task<IReadOnlyList<string>> ListMembersAsync(IReadOnlyList<string> groups, string after, int count) => scope.Read<IReadOnlyList<string>>(state =>
    [
        .. state.Accounts.Values
            .Where(account => !account.Disabled && account.Groups.Intersect(groups, StringComparer.Ordinal).Any())
            .Select(account => account.Id).Where(id => string.CompareOrdinal(id, after) > 0).Take(count),
    ]);

    private static IEnumerable<Account> Match(MemoryState state, AccountFilter filter, IReadOnlyList<string> groups, DateTimeOffset now)
    {
        var words = filter.Words;
        return state.Accounts.Values
            .Where(account => words.All(word => TextsOf(account).Any(text => text.Contains(word, StringComparison.Ordinal))))
            .Where(account => groups.Count == 0 || account.Groups.Intersect(groups, StringComparer.Ordinal).Any())
            .Where(account => IsMet(state, filter.Condition, account, now))
            .OrderBy(account => UserNames.Fold(account.UserName), StringComparer.Ordinal);
    }

    private static string[] TextsOf(Account account) =>
        [UserNames.Fold(account.UserName), EmailAddress.Fold(account.Email), UserNames.Fold(account.DisplayName)];

    private static bool IsMet(MemoryState state, AccountCondition condition, Account account, DateTimeOffset now) => condition switch
    {
        AccountCondition.Disabled => account.Disabled,
        AccountCondition.WithoutSecondFactor => !HasFactor(state, account.Id),
        AccountCondition.NeverSignedIn => account.LastSignInAt is null,
        AccountCondition.Locked => LockedUntil(state, account.Id, now) is not null,
        _ => true,
    };

    private static ListedAccount List(MemoryState state, Account account, DateTimeOffset now)
    {
        var end = LockedUntil(state, account.Id, now);
        return new ListedAccount(account, HasFactor(state, account.Id), Locked: end is not null, end == AttemptState.Never ? null : end);
    }

    private static bool HasFactor(MemoryState state, string id) => state.Totp.Values.Any(one => one.AccountId == id);

    private static DateTimeOffset? LockedUntil(MemoryState state, string id, DateTimeOffset now) => state.Attempts.Values
        .Where(one => one.AccountId == id && one.State.Closed && one.State.WindowEndsAt > now)
        .Max(one => (DateTimeOffset?)one.State.WindowEndsAt);
}

internal sealed class MemoryDeletedAccountRecords(MemoryScope scope) : IDeletedAccountRecords
{
    public Task AddAsync(string accountId, string userName, DateTimeOffset at) => scope.Write(state =>
    {
        if (!state.DeletedAccounts.ContainsKey(accountId))
            state.DeletedAccounts = state.DeletedAccounts.With(accountId, new DeletedAccount(accountId, userName, at));
    });

    public Task<string?> FindNameAsync(string accountId) => scope.Read(state => state.DeletedAccounts.GetValueOrDefault(accountId)?.UserName);

    public Task<string?> FindIdAsync(string foldedUserName) => scope.Read(state =>
        state.DeletedAccounts.Values.Where(one => UserNames.Fold(one.UserName) == foldedUserName).MaxBy(one => one.DeletedAt)?.Id);

    public Task TrimAsync(DateTimeOffset olderThan) => scope.Write(state => state.DeletedAccounts = state.DeletedAccounts.RemoveRange(
        state.DeletedAccounts.Values.Where(one => one.DeletedAt < olderThan).Select(one => one.Id)));

    public Task<IReadOnlyList<DeletedAccount>> ListAllAsync(string after, int count) => scope.Read(state => state.DeletedAccounts.Behind(after, count));
}

internal sealed class MemoryPasswordRecords(MemoryScope scope) : IPasswordRecords
{
    public Task<PasswordRecord?> FindAsync(string accountId) => scope.Read(state => state.Passwords.GetValueOrDefault(accountId));

    public Task SetAsync(string accountId, PasswordRecord password) =>
        scope.Write(state => state.Passwords = state.Passwords.SetItem(accountId, password));

    public Task<bool> TryReplaceHashAsync(string accountId, string oldHash, string newHash) => scope.Write(state =>
    {
        if (state.Passwords.GetValueOrDefault(accountId) is not { } kept || kept.Hash != oldHash)
            return false;
        state.Passwords = state.Passwords.SetItem(accountId, kept with { Hash = newHash });
        return true;
    });
}
