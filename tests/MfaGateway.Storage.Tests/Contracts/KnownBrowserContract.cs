using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class KnownBrowserContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task A_browser_is_known_by_its_cookie_and_only_to_the_account()
    {
        var (ada, eve) = (await AddAccountAsync("ada"), await AddAccountAsync("eve"));
        var browser = await RememberAsync(ada.Id, Now);

        Assert.Equivalent(browser, await Store.KnownBrowsers.FindAsync(browser.TokenHash, ada.Id, Now, Token), strict: true);
        Assert.Equivalent(browser, Assert.Single(await Store.KnownBrowsers.ListAsync(ada.Id, Now, Token)), strict: true);
        Assert.Null(await Store.KnownBrowsers.FindAsync(browser.TokenHash, eve.Id, Now, Token));
        Assert.Null(await Store.KnownBrowsers.FindAsync(browser.TokenHash, string.Empty, Now, Token));
        Assert.Null(await Store.KnownBrowsers.FindAsync(SecretToken.New().Hash, ada.Id, Now, Token));
        Assert.Empty(await Store.KnownBrowsers.ListAsync(eve.Id, Now, Token));
    }

    [Fact]
    public async Task One_cookie_is_known_to_each_account_that_was_used_in_the_browser()
    {
        var (ada, eve) = (await AddAccountAsync("ada"), await AddAccountAsync("eve"));
        var adas = await RememberAsync(ada.Id, Now);
        var eves = await RememberAsync(eve.Id, Now, adas.TokenHash);

        Assert.Equal(adas.Id, (await Store.KnownBrowsers.FindAsync(adas.TokenHash, ada.Id, Now, Token))!.Id);
        Assert.Equal(eves.Id, (await Store.KnownBrowsers.FindAsync(adas.TokenHash, eve.Id, Now, Token))!.Id);
    }

    [Fact]
    public async Task A_browser_is_forgotten_when_it_expires()
    {
        var ada = await AddAccountAsync();
        var browser = await RememberAsync(ada.Id, Now);
        var last = browser.ExpiresAt.AddMilliseconds(-1);

        Assert.NotNull(await Store.KnownBrowsers.FindAsync(browser.TokenHash, ada.Id, last, Token));
        Assert.Single(await Store.KnownBrowsers.ListAsync(ada.Id, last, Token));
        Assert.Null(await Store.KnownBrowsers.FindAsync(browser.TokenHash, ada.Id, browser.ExpiresAt, Token));
        Assert.Empty(await Store.KnownBrowsers.ListAsync(ada.Id, browser.ExpiresAt, Token));
    }

    [Fact]
    public async Task Another_sign_in_renews_the_browser_and_leaves_its_id_and_since_when_it_is_known()
    {
        var ada = await AddAccountAsync();
        var first = await RememberAsync(ada.Id, Now);
        var again = NewBrowser(ada.Id, Now.AddDays(1), first.TokenHash) with { ClientAddress = "198.51.100.7", UserAgent = "Another version" };

        await Store.KnownBrowsers.RememberAsync(again, (await StartSessionAsync(ada.Id)).Id, 3, Token);

        Assert.Equivalent(
            again with { Id = first.Id, CreatedAt = first.CreatedAt },
            Assert.Single(await Store.KnownBrowsers.ListAsync(ada.Id, Now.AddDays(1), Token)),
            strict: true);
    }

    [Fact]
    public async Task The_longest_unused_browser_is_forgotten_when_there_are_too_many()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var bobs = await RememberAsync(bob.Id, Now.AddHours(-5));
        var browsers = new List<KnownBrowser>();
        foreach (var minute in (int[])[3, 1, 2, 4])
            browsers.Add(await RememberAsync(ada.Id, Now.AddMinutes(minute)));

        Assert.Equal(
            [browsers[3].Id, browsers[0].Id, browsers[2].Id],
            (await Store.KnownBrowsers.ListAsync(ada.Id, Now, Token)).Select(browser => browser.Id));
        Assert.NotNull(await Store.KnownBrowsers.FindAsync(bobs.TokenHash, bob.Id, Now, Token));
    }

    [Fact]
    public async Task A_browser_is_forgotten_by_its_owner_alone()
    {
        var (ada, eve) = (await AddAccountAsync("ada"), await AddAccountAsync("eve"));
        var browser = await RememberAsync(ada.Id, Now);
        var other = await RememberAsync(ada.Id, Now);
        await RememberAsync(eve.Id, Now, browser.TokenHash);

        Assert.False(await Store.KnownBrowsers.ForgetAsync(eve.Id, browser.Id, entry: null, Token));
        Assert.NotNull(await Store.KnownBrowsers.FindAsync(browser.TokenHash, ada.Id, Now, Token));

        Assert.True(await Store.KnownBrowsers.ForgetAsync(ada.Id, browser.Id, entry: null, Token));
        Assert.False(await Store.KnownBrowsers.ForgetAsync(ada.Id, browser.Id, entry: null, Token));
        Assert.Equal(other.Id, Assert.Single(await Store.KnownBrowsers.ListAsync(ada.Id, Now, Token)).Id);
        Assert.Single(await Store.KnownBrowsers.ListAsync(eve.Id, Now, Token));
    }

    [Fact]
    public async Task A_browser_is_not_remembered_once_the_session_that_began_in_it_is_over()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var (ended, bobs) = (await StartSessionAsync(ada.Id), await StartSessionAsync(bob.Id));
        await Store.Sessions.EndAsync(ended.Id, Token);

        await Store.KnownBrowsers.RememberAsync(NewBrowser(ada.Id, Now), ended.Id, 3, Token);
        await Store.KnownBrowsers.RememberAsync(NewBrowser(ada.Id, Now), bobs.Id, 3, Token);

        Assert.Empty(await Store.KnownBrowsers.ListAsync(ada.Id, Now, Token));
    }

    [Fact]
    public async Task No_browser_of_a_sign_in_that_a_reset_met_is_known_afterwards()
    {
        for (var round = 0; round < 8; round++)
        {
            var ada = await AddAccountAsync("ada" + round);
            var sessions = new List<GatewaySession>();
            for (var number = 0; number < 8; number++)
                sessions.Add(await StartSessionAsync(ada.Id));

            await RaceAsync(async number =>
            {
                if (number == Racers / 2)
                    await ResetAsync(ada.Id);
                else
                    await Store.KnownBrowsers.RememberAsync(NewBrowser(ada.Id, Now), sessions[number % sessions.Count].Id, 20, Token);
                return true;
            });

            Assert.Empty(await Store.KnownBrowsers.ListAsync(ada.Id, Now, Token));
        }
    }

    private Task<AccountChange> ResetAsync(string accountId) => Store.Administration.ResetSecondFactorAsync(
        accountId, new NewEnrollmentCode(EnrollmentCode.Generate().Hash, Now, Now.AddDays(1)), NewTrace(accountId, "reset"), Token);

    private async Task<KnownBrowser> RememberAsync(string accountId, DateTimeOffset at, byte[]? tokenHash = null)
    {
        var browser = NewBrowser(accountId, at, tokenHash);
        await Store.KnownBrowsers.RememberAsync(browser, (await StartSessionAsync(accountId)).Id, 3, Token);
        return browser;
    }

    private static KnownBrowser NewBrowser(string accountId, DateTimeOffset at, byte[]? tokenHash = null) => new(
        Identifiers.New(), tokenHash ?? SecretToken.New().Hash, accountId, "203.0.113.9", "Some browser", at, at, at + KnownBrowsers.Lifetime);
}

public sealed class KnownBrowsersOnSqlite() : KnownBrowserContract(StoreEngine.Sqlite);

public sealed class KnownBrowsersOnPostgreSql() : KnownBrowserContract(StoreEngine.PostgreSql);

public sealed class KnownBrowsersOnLiteDb() : KnownBrowserContract(StoreEngine.LiteDb);

public sealed class KnownBrowsersOnMemory() : KnownBrowserContract(StoreEngine.Memory);
