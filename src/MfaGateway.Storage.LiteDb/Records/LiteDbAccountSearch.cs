using LiteDB;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Core.Throttling;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>Walks the small documents that people are searched by, in their order, in slices.</summary>
internal sealed class LiteDbAccountSearch(LiteDbScope scope) : IAccountSearch
{
    /// <summary>People a unit looks at: where locks or factors are asked, each of them is one read more.</summary>
    private const int Slice = 200;

    public async Task<AccountPage> FindPageAsync(
        AccountFilter filter, IReadOnlyList<string> groups, AccountPlace place, int count, DateTimeOffset now)
    {
        var range = place.Backwards ? KeyRange.Below(place.FoldedUserName).Descending() : KeyRange.Above(place.FoldedUserName);
        var found = new List<ListedAccount>();
        await foreach (var slice in WalkAsync(range, new Matching(filter, groups, now), (unit, one) => Listed(unit, one, now)))
        {
            found.AddRange(slice);
            if (found.Count > count)
                break;
        }

        // One more than asked for shows that there is another page.
        var hasMore = found.Count > count;
        var page = found.Take(count);
        return new AccountPage(
            [.. place.Backwards ? page.Reverse() : page],
            HasEarlier: place.Backwards ? hasMore : place.FoldedUserName.Length > 0,
            HasLater: place.Backwards || hasMore);
    }

    public async Task<long> CountAsync(AccountFilter filter, IReadOnlyList<string> groups, DateTimeOffset now)
    {
        var number = 0L;
        await foreach (var slice in WalkAsync(KeyRange.All, new Matching(filter, groups, now), (_, one) => one))
            number += slice.Count;
        return number;
    }

    public Task<IReadOnlyList<string>> ListGroupsAsync() => scope.ReadAsync<IReadOnlyList<string>>(unit =>
    {
        // From each to the first member of the next: there are few.
        var groups = new List<string>();
        var range = KeyRange.All;
        while (unit.FindFirst(Collections.Members, Fields.Id, range) is { } member)
        {
            groups.Add(Keys.FirstOf(member.Id));
            range = KeyRange.AtLeast(Keys.Under(groups[^1]).To);
        }

        return groups;
    });

    public async Task<IReadOnlyList<string>> ListMembersAsync(IReadOnlyList<string> groups, string after, int count)
    {
        var members = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var group in groups.Distinct(StringComparer.Ordinal))
            members.UnionWith(await ListEnabledAsync(group, after, count));
        return [.. members.Take(count)];
    }

    private async Task<List<string>> ListEnabledAsync(string group, string after, int count)
    {
        var enabled = new List<string>();
        var range = KeyRange.Between(Keys.Join(group, after), Keys.Under(group).To);
        await foreach (var member in scope.WalkAsync(Collections.Members, Fields.Id, range))
        {
            var id = Keys.SecondOf(member.Id);
            if (id == after || !await scope.ReadAsync(unit => LiteDbAccountRecords.Find(unit, id) is { Disabled: false }))
                continue;
            enabled.Add(id);
            if (enabled.Count == count)
                break;
        }

        return enabled;
    }

    private async IAsyncEnumerable<List<T>> WalkAsync<T>(KeyRange range, Matching matching, Func<UnitOfWork, BsonDocument, T> select)
    {
        while (true)
        {
            var (last, found) = await scope.ReadAsync(unit =>
            {
                var slice = unit.Read(Collections.Searched, Fields.Id, range, Slice);
                return (
                    slice.Count < Slice ? null : slice[^1][Fields.Id],
                    slice.Where(one => matching.IsMet(unit, one)).Select(one => select(unit, one)).ToList());
            });
            yield return found;
            if (last is null)
                yield break;
            range = range.Behind(last);
        }
    }

    private static ListedAccount Listed(UnitOfWork unit, BsonDocument searched, DateTimeOffset now)
    {
        var id = searched.Text(Fields.Item);
        var account = LiteDbAccountRecords.Find(unit, id)
            ?? throw new InvalidOperationException($"The account {id} can be searched for but is not there.");
        var end = Matching.LockedUntil(unit, id, now);
        return new ListedAccount(account, Matching.HasFactor(unit, id), Locked: end is not null, end == AttemptState.Never ? null : end);
    }

    private sealed class Matching(AccountFilter filter, IReadOnlyList<string> groups, DateTimeOffset now)
    {
        private readonly IReadOnlyList<string> _words = filter.Words;

        public bool IsMet(UnitOfWork unit, BsonDocument one) =>
            _words.All(word => Has(one.Id, word) || Has(one.Text(Fields.Text), word))
            && (groups.Count == 0 || one.Texts(Fields.Groups).Any(group => groups.Contains(group, StringComparer.Ordinal)))
            && IsConditionMet(unit, one);

        public static bool HasFactor(UnitOfWork unit, string id) => unit.Any(Collections.Totp, Fields.Owner, Keys.Under(id));

        public static DateTimeOffset? LockedUntil(UnitOfWork unit, string id, DateTimeOffset now) =>
            unit.ReadOwned(Collections.Attempts, id)
                .Where(one => one.IsSet(Fields.Closed) && one.Time(Fields.WindowEnd) > now)
                .Max(one => (DateTimeOffset?)one.Time(Fields.WindowEnd));

        private bool IsConditionMet(UnitOfWork unit, BsonDocument one) => filter.Condition switch
        {
            AccountCondition.Disabled => one.IsSet(Fields.Disabled),
            AccountCondition.WithoutSecondFactor => !HasFactor(unit, one.Text(Fields.Item)),
            AccountCondition.NeverSignedIn => !one.IsSet(Fields.SignedIn),
            AccountCondition.Locked => LockedUntil(unit, one.Text(Fields.Item), now) is not null,
            _ => true,
        };

        private static bool Has(string text, string word) => text.Contains(word, StringComparison.Ordinal);
    }
}
