using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class AccountDirectoryContract(StoreEngine engine) : StoreContract(engine)
{
    private static readonly AccountFilter Locked = new() { Condition = AccountCondition.Locked };

    [Theory]
    [InlineData("love", "ada")]
    [InlineData("LOVE", "ada")]
    [InlineData("ada", "ada")]
    [InlineData("example.com", "bob")]
    [InlineData("b hop", "grace")]
    [InlineData("ÉMILE", "emile")]
    [InlineData("mile ex", "emile")]
    [InlineData("100%", "percent")]
    [InlineData("_", "under_score")]
    [InlineData("\\", "")]
    [InlineData("%", "percent")]
    [InlineData("ada love bob", "")]
    [InlineData("' OR '1'='1", "")]
    [InlineData("  ", "ada,bob,emile,grace,percent,under_score")]
    public async Task People_are_found_by_parts_of_their_names_and_address(string text, string expected)
    {
        await AddAsync("ada", "ada@example.org", "Ada Lovelace");
        await AddAsync("bob", "bob@example.com", "Robert");
        await AddAsync("grace", "grace@example.org", "Grace B. Hopper");
        await AddAsync("emile", "emile@example.org", "Émile Zola");
        await AddAsync("percent", "p@example.org", "100% sure");
        await AddAsync("under_score", "u@example.org", "Underline");

        Assert.Equal(expected, string.Join(',', await NamesAsync(new AccountFilter { Text = text })));
    }

    [Fact]
    public async Task No_word_is_found_across_two_fields()
    {
        await AddAsync("ada", "love@example.org", "Lace");

        Assert.Empty(await NamesAsync(new AccountFilter { Text = "adalove" }));
        Assert.Empty(await NamesAsync(new AccountFilter { Text = "orglace" }));
    }

    [Fact]
    public async Task A_person_is_found_by_the_new_name_and_not_by_the_old_one()
    {
        var ada = await AddAsync("ada", "ada@example.org", "Ada Byron");
        var seen = AccountDetails.Of(ada);

        await Store.Administration.UpdateAsync(
            ada.Id, seen, seen with { DisplayName = "Ada Lovelace", Email = "countess@example.org" }, "admins", NewTrace(ada.Id, "edited"), Token);

        Assert.Equal(["ada"], await NamesAsync(new AccountFilter { Text = "countess lovelace" }));
        Assert.Empty(await NamesAsync(new AccountFilter { Text = "byron" }));
        Assert.Empty(await NamesAsync(new AccountFilter { Text = "ada@" }));
    }

    [Fact]
    public async Task People_are_found_by_their_state_and_group_and_all_of_it_must_hold()
    {
        var ada = await AddAsync("ada", "ada@example.org", "Ada", "finance", "admins");
        var bob = await AddAsync("bob", "bob@example.org", "Bob", "finance");
        var eve = await AddAsync("eve", "eve@example.org", "Eve", "Finance");
        await AddAuthenticatorAsync(ada.Id);
        await AddAuthenticatorAsync(ada.Id);
        await SetDisabledAsync(bob.Id);
        await Store.Accounts.RecordSignInAsync(eve.Id, Now, languages: null, Token);

        Assert.Equal(["bob"], await NamesAsync(new AccountFilter { Condition = AccountCondition.Disabled }));
        Assert.Equal(["bob", "eve"], await NamesAsync(new AccountFilter { Condition = AccountCondition.WithoutSecondFactor }));
        Assert.Equal(["ada", "bob"], await NamesAsync(new AccountFilter { Condition = AccountCondition.NeverSignedIn }));
        Assert.Equal(["ada", "bob", "eve"], await NamesAsync(new AccountFilter { Group = "FINANCE" }));
        Assert.Empty(await NamesAsync(new AccountFilter { Group = "fin" }));
        Assert.Equal(["Finance", "admins", "finance"], (await Store.Directory.ListGroupsAsync(Token)).Order(StringComparer.Ordinal));
        Assert.Equal(["ada"], await NamesAsync(new AccountFilter { Group = "finance", Text = "ada", Condition = AccountCondition.NeverSignedIn }));
        Assert.Empty(await NamesAsync(new AccountFilter { Group = "finance", Condition = AccountCondition.Disabled, Text = "ada" }));

        var page = await Store.Directory.FindPageAsync(new AccountFilter(), AccountPlace.Start, 10, Now, Token);
        Assert.Equal([true, false, false], page.Accounts.Select(account => account.SecondFactor));
        Assert.Equal(["finance", "admins"], page.Accounts[0].Account.Groups);
        Assert.Equal(Now, page.Accounts[2].Account.LastSignInAt);
    }

    [Fact]
    public async Task Whoever_is_locked_is_found_for_as_long_and_shown_with_the_time_when_the_last_lock_opens()
    {
        var (ada, bob, eve) = (
            await AddAsync("ada", "ada@example.org", "Ada", "finance", "admins"), await AddAsync("bob", "bob@example.org", "Bob"),
            await AddAsync("eve", "eve@example.org", "Eve"));
        await CountOneAsync(ada.Id, "a", limit: 1, minutes: 15);
        await CountOneAsync(ada.Id, "b", limit: 1, minutes: 30);
        await CountOneAsync(ada.Id, "c", limit: 2, minutes: 60); // counts, and is open
        await CountOneAsync(bob.Id, "d", limit: 1, minutes: 15, suspends: true);
        await CountOneAsync(eve.Id, "e", limit: 2, minutes: 15);
        await CountOneAsync(null, "f", limit: 1, minutes: 15);
        var (before, after) = (Now.AddMinutes(30).AddMilliseconds(-1), Now.AddMinutes(30));

        Assert.Equal([("ada", true, Now.AddMinutes(30)), ("bob", true, null), ("eve", false, null)], await LocksAsync(new AccountFilter(), before));
        Assert.Equal([("ada", true, Now.AddMinutes(30)), ("bob", true, null)], await LocksAsync(Locked, before));
        Assert.Equal(2, await Store.Directory.CountAsync(Locked, before, Token));

        Assert.Equal([("ada", false, null), ("bob", true, null), ("eve", false, null)], await LocksAsync(new AccountFilter(), after));
        Assert.Equal(1, await Store.Directory.CountAsync(Locked, after, Token));

        Assert.Equal(["ada"], await NamesAsync(Locked with { Group = "finance", Text = "ada@" }));
    }

    [Fact]
    public async Task Pages_lead_to_each_other_both_ways()
    {
        foreach (var name in (string[])["e", "a", "D", "c", "B"])
            await AddAsync(name, $"{name}@example.org", name);

        var first = await PageAsync(AccountPlace.Start);
        Assert.Equal(("a,B", false, true), Describe(first));
        var second = await PageAsync(AccountPlace.After("b"));
        Assert.Equal(("c,D", true, true), Describe(second));
        var third = await PageAsync(AccountPlace.After("d"));
        Assert.Equal(("e", true, false), Describe(third));
        Assert.Equal(("c,D", true, true), Describe(await PageAsync(AccountPlace.Before("e"))));
        Assert.Equal(("a,B", false, true), Describe(await PageAsync(AccountPlace.Before("c"))));
        Assert.Empty((await PageAsync(AccountPlace.After("zzz"))).Accounts);
    }

    [Fact]
    public async Task The_order_is_that_of_the_folded_names_on_every_engine()
    {
        foreach (var name in (string[])["zoe", "Bob", "anna", "Émile", "b-ob", "b_ob"])
            await AddAsync(name, Identifiers.New() + "@example.org", name);

        Assert.Equal(["anna", "b-ob", "b_ob", "Bob", "zoe", "Émile"], await NamesAsync(new AccountFilter()));
    }

    private Task<AccountPage> PageAsync(AccountPlace place) => Store.Directory.FindPageAsync(new AccountFilter(), place, 2, Now, Token);

    private static (string Names, bool HasEarlier, bool HasLater) Describe(AccountPage page) =>
        (string.Join(',', page.Accounts.Select(account => account.Account.UserName)), page.HasEarlier, page.HasLater);

    private async Task<IEnumerable<(string Name, bool Locked, DateTimeOffset? Until)>> LocksAsync(AccountFilter filter, DateTimeOffset now) =>
        (await Store.Directory.FindPageAsync(filter, AccountPlace.Start, 10, now, Token)).Accounts
            .Select(listed => (listed.Account.UserName, listed.Locked, listed.LockedUntil));

    private Task<AttemptReservation> CountOneAsync(string? accountId, string key, int limit, int minutes, bool suspends = false) =>
        Store.Attempts.TryReserveAttemptAsync(
            [new(AttemptLimit.Codes, key, limit, TimeSpan.FromMinutes(minutes)) { AccountId = accountId, Suspends = suspends }], Now, Token);

    private async Task<string[]> NamesAsync(AccountFilter filter)
    {
        var page = await Store.Directory.FindPageAsync(filter, AccountPlace.Start, 50, Now, Token);
        Assert.Equal(page.Accounts.Count, await Store.Directory.CountAsync(filter, Now, Token));
        return [.. page.Accounts.Select(account => account.Account.UserName)];
    }

    private async Task<Account> AddAsync(string userName, string email, string displayName, params string[] groups)
    {
        var account = NewAccount(userName) with { Email = email, DisplayName = displayName, Groups = groups };
        Assert.Equal(AddAccountResult.Added, await Store.Accounts.AddAsync(account, "hash", entry: null, Token));
        return account;
    }
}

public sealed class AccountDirectoryOnSqlite() : AccountDirectoryContract(StoreEngine.Sqlite);

public sealed class AccountDirectoryOnPostgreSql() : AccountDirectoryContract(StoreEngine.PostgreSql);

public sealed class AccountDirectoryOnLiteDb() : AccountDirectoryContract(StoreEngine.LiteDb);

public sealed class AccountDirectoryOnMemory() : AccountDirectoryContract(StoreEngine.Memory);
