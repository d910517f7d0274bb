using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class AccountContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task An_account_is_read_as_it_was_added()
    {
        var account = NewAccount("Ädä") with { Email = "ada@example.org", DisplayName = "Ada \"A\" Löwe 🦁", Groups = [] };
        Assert.Equal(AddAccountResult.Added, await Store.Accounts.AddAsync(account, "a hash", entry: null, Token));

        var found = await Store.Accounts.FindAsync(account.Id, Token);
        Assert.Equivalent(account, found, strict: true);
        Assert.Equivalent(account, await Store.Accounts.FindByUserNameAsync(UserNames.Fold("äDÄ "), Token), strict: true);
        Assert.Equal("a hash", await Store.Passwords.FindHashAsync(account.Id, Token));
    }

    [Fact]
    public async Task Somebody_unknown_is_nobody()
    {
        await AddAccountAsync();

        Assert.Null(await Store.Accounts.FindAsync(Identifiers.New(), Token));
        Assert.Null(await Store.Accounts.FindByUserNameAsync("adam", Token));
        Assert.Null(await Store.Accounts.FindByUserNameAsync("", Token));
        Assert.Null(await Store.Accounts.FindByUserNameAsync("ada' OR '1'='1", Token));
    }

    [Fact]
    public async Task A_user_name_is_taken_in_every_spelling()
    {
        await AddAccountAsync("ada");

        var second = NewAccount("ＡDA") with { Email = "other@example.org" };
        Assert.Equal(AddAccountResult.UserNameTaken, await Store.Accounts.AddAsync(second, "hash", entry: null, Token));

        Assert.Null(await Store.Accounts.FindAsync(second.Id, Token));
        Assert.Null(await Store.Passwords.FindHashAsync(second.Id, Token));
    }

    [Fact]
    public async Task An_address_is_taken_in_every_spelling()
    {
        await AddAccountAsync("ada");

        var second = NewAccount("bob") with { Email = "ADA@Example.org" };
        Assert.Equal(AddAccountResult.EmailTaken, await Store.Accounts.AddAsync(second, "hash", entry: null, Token));

        Assert.Null(await Store.Accounts.FindAsync(second.Id, Token));
    }

    [Fact]
    public async Task A_group_reads_back_as_one_whatever_stands_in_its_name()
    {
        var account = NewAccount("mallory") with { Groups = ["staff\nadmins", "a,b"] };

        await Store.Accounts.AddAsync(account, "hash", entry: null, Token);

        Assert.Equal(account.Groups, (await Store.Accounts.FindAsync(account.Id, Token))!.Groups);
    }

    [Fact]
    public async Task An_address_that_is_none_is_refused()
    {
        var account = NewAccount("mallory") with { Email = "a@b.example, c@d.example" };

        await Assert.ThrowsAsync<ArgumentException>(() => Store.Accounts.AddAsync(account, "hash", entry: null, Token));
    }

    [Fact]
    public async Task One_of_many_who_take_the_same_user_name_gets_it()
    {
        var results = await RaceAsync(number => Store.Accounts.AddAsync(
            NewAccount("ada") with { Email = $"ada{number}@example.org" }, "hash", entry: null, Token));

        Assert.Single(results, result => result == AddAccountResult.Added);
        Assert.Equal(Racers - 1, results.Count(result => result == AddAccountResult.UserNameTaken));
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Any_is_true_from_the_first_account_on()
    {
        Assert.False(await Store.Accounts.AnyAsync(Token));
        await AddAccountAsync("ada");
        Assert.True(await Store.Accounts.AnyAsync(Token));
        await AddAccountAsync("bob");
        Assert.True(await Store.Accounts.AnyAsync(Token));
    }

    [Fact]
    public async Task The_last_sign_in_never_moves_back()
    {
        var ada = await AddAccountAsync();

        await Store.Accounts.RecordSignInAsync(ada.Id, Now.AddMinutes(5), languages: null, Token);
        await Store.Accounts.RecordSignInAsync(ada.Id, Now, languages: null, Token);

        Assert.Equal(Now.AddMinutes(5), (await Store.Accounts.FindAsync(ada.Id, Token))!.LastSignInAt);
    }

    [Fact]
    public async Task The_languages_of_the_last_sign_in_stay_until_another_names_others()
    {
        var (ada, bob) = (await AddAccountAsync(), await AddAccountAsync("bob"));
        Assert.Null((await Store.Accounts.FindAsync(ada.Id, Token))!.Languages);

        await Store.Accounts.RecordSignInAsync(ada.Id, Now, "de,en", Token);
        await Store.Accounts.RecordSignInAsync(ada.Id, Now.AddMinutes(1), languages: null, Token);
        Assert.Equal("de,en", (await Store.Accounts.FindAsync(ada.Id, Token))!.Languages);
        await Store.Accounts.RecordSignInAsync(ada.Id, Now.AddMinutes(2), "fr", Token);
        await Store.Accounts.RecordSignInAsync(ada.Id, Now.AddMinutes(1), "ja", Token);

        Assert.Equal("fr", (await Store.Accounts.FindAsync(ada.Id, Token))!.Languages);
        Assert.Null((await Store.Accounts.FindAsync(bob.Id, Token))!.Languages);
    }

    [Fact]
    public async Task The_first_account_is_made_with_the_token_and_only_once()
    {
        var token = SecretToken.New();
        await Store.Accounts.SetSetupTokenAsync(token.Hash, Now.AddHours(1), Token);

        Assert.Equal(AddAccountResult.NotAllowed, await AddFirstAsync("eve", SecretToken.New().Hash, Now));
        Assert.Equal(AddAccountResult.Added, await AddFirstAsync("ada", token.Hash, Now));
        Assert.Equal(AddAccountResult.NotAllowed, await AddFirstAsync("bob", token.Hash, Now));

        Assert.Equal("ada", Assert.Single(await ListAsync()).UserName);
    }

    [Fact]
    public async Task A_first_run_token_ends_at_its_time()
    {
        var token = SecretToken.New();
        await Store.Accounts.SetSetupTokenAsync(token.Hash, Now.AddHours(1), Token);

        Assert.Equal(AddAccountResult.NotAllowed, await AddFirstAsync("ada", token.Hash, Now.AddHours(1)));
        Assert.Equal(AddAccountResult.Added, await AddFirstAsync("ada", token.Hash, Now.AddMinutes(59)));
    }

    [Fact]
    public async Task A_new_first_run_token_replaces_the_old_one()
    {
        var (old, current) = (SecretToken.New(), SecretToken.New());
        await Store.Accounts.SetSetupTokenAsync(old.Hash, Now.AddHours(1), Token);
        await Store.Accounts.SetSetupTokenAsync(current.Hash, Now.AddHours(1), Token);

        Assert.Equal(AddAccountResult.NotAllowed, await AddFirstAsync("eve", old.Hash, Now));
        Assert.Equal(AddAccountResult.Added, await AddFirstAsync("ada", current.Hash, Now));
    }

    [Fact]
    public async Task A_first_run_token_is_worth_nothing_once_there_is_an_account()
    {
        var (before, after) = (SecretToken.New(), SecretToken.New());
        await Store.Accounts.SetSetupTokenAsync(before.Hash, Now.AddHours(1), Token);
        await AddAccountAsync("ada");
        Assert.Equal(AddAccountResult.NotAllowed, await AddFirstAsync("eve", before.Hash, Now));

        await Store.Accounts.SetSetupTokenAsync(after.Hash, Now.AddHours(1), Token);
        Assert.Equal(AddAccountResult.NotAllowed, await AddFirstAsync("eve", after.Hash, Now));
    }

    [Fact]
    public async Task An_account_that_an_operator_makes_ends_the_offer_of_a_first_run()
    {
        Assert.False(await Store.Accounts.IsSetupOfferedAsync(Token));
        await Store.Accounts.SetSetupTokenAsync(SecretToken.New().Hash, Now.AddHours(1), Token);
        Assert.True(await Store.Accounts.IsSetupOfferedAsync(Token));

        await AddAccountAsync("ada");

        Assert.False(await Store.Accounts.IsSetupOfferedAsync(Token));
    }

    [Fact]
    public async Task One_of_many_with_the_same_first_run_token_becomes_the_administrator()
    {
        var token = SecretToken.New();
        await Store.Accounts.SetSetupTokenAsync(token.Hash, Now.AddHours(1), Token);

        var results = await RaceAsync(number => AddFirstAsync("admin" + number, token.Hash, Now));

        Assert.Single(results, result => result == AddAccountResult.Added);
        Assert.Equal(Racers - 1, results.Count(result => result == AddAccountResult.NotAllowed));
        Assert.Single(await ListAsync());
    }

    private async Task<IEnumerable<Account>> ListAsync() =>
        (await Store.Directory.FindPageAsync(new AccountFilter(), AccountPlace.Start, 100, Now, Token)).Accounts.Select(listed => listed.Account);

    private Task<AddAccountResult> AddFirstAsync(string userName, byte[] tokenHash, DateTimeOffset now) =>
        Store.Accounts.AddFirstAsync(NewAccount(userName), "hash", tokenHash, entry: null, now, Token);
}

public sealed class AccountsOnSqlite() : AccountContract(StoreEngine.Sqlite);

public sealed class AccountsOnPostgreSql() : AccountContract(StoreEngine.PostgreSql);

public sealed class AccountsOnLiteDb() : AccountContract(StoreEngine.LiteDb);

public sealed class AccountsOnMemory() : AccountContract(StoreEngine.Memory);
