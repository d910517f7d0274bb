using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>What a stranger leaves behind, for operators and for the next person at a browser.</summary>
public sealed class StrangerAttacks : MagicCodeTest
{
    [Fact]
    public async Task A_strangers_registration_leaves_the_link_of_the_first_administrator_good()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:MagicCode:Registration:0", "example.com"));
        var link = await gateway.Get<AccountService>().OfferSetupAsync(CancellationToken.None);
        using var stranger = gateway.NewBrowser();
        Assert.Equal(Greeting, (await GiveAsync(stranger, await AskAsync(stranger, "eve@example.com"), (await MailedCode.NextAsync(gateway, "eve@example.com")).Code)).Body);

        using var owner = gateway.NewBrowser();
        var setup = await owner.GetAsync($"/_mfa/setup?token={link!.Reveal()}");
        var offer = await owner.FollowAsync(await owner.SubmitAsync(
            setup, ("username", "ada"), ("email", "ada@example.org"), ("password", TestPerson.DefaultPassword)));

        Assert.StartsWith("/_mfa/enroll/totp", offer.Url, StringComparison.Ordinal);
        Assert.Null(await gateway.Get<AccountService>().OfferSetupAsync(CancellationToken.None));
        using var late = gateway.NewBrowser();
        Assert.Null((await late.GetAsync($"/_mfa/setup?token={link.Reveal()}")).Page.QuerySelector("form"));
    }

    [Fact]
    public async Task A_known_browser_value_that_was_not_made_here_is_replaced()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        var planted = SecretToken.New();
        using var browser = gateway.NewBrowser();
        browser.Cookies["mfa_browser"] = planted.Reveal();

        Assert.Equal(Greeting, (await ada.GivePasswordAsync(browser, "/wiki/page")).Body);

        Assert.NotEqual(planted.Reveal(), browser.Cookies["mfa_browser"]);
        var known = Assert.Single(await gateway.Get<KnownBrowserStore>().ListAsync(ada.AccountId, gateway.Time.GetUtcNow(), CancellationToken.None));
        Assert.NotEqual(planted.Hash, known.TokenHash);

        // One that was made here stays the browser's, for everybody who signs in with it.
        var before = browser.Cookies["mfa_browser"];
        await gateway.AddPersonAsync("bob");
        await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-in"), ("username", "bob"), ("password", TestPerson.DefaultPassword));
        Assert.Equal(before, browser.Cookies["mfa_browser"]);
    }

    [Fact]
    public async Task An_invited_administrator_who_never_came_is_not_the_one_who_is_left()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync("ada", "admins");
        var administration = gateway.Get<AdministrationService>();
        var invited = Assert.IsType<Invitation.Made>(
            await administration.InviteAsync("grace", new("grace@example.org", "Grace", ["admins"]), Actor.Command, CancellationToken.None));
        var account = (await gateway.Get<AccountStore>().FindAsync(ada.AccountId, CancellationToken.None))!;

        Assert.Equal(AccountChange.LastAdministrator, await administration.SetDisabledAsync(account, disabled: true, Actor.Command, CancellationToken.None));

        using var grace = gateway.NewBrowser();
        var set = await grace.SubmitAsync(await grace.GetAsync(invited.Link), ("password", "velvet tractor humming orbit"));
        Assert.Equal(HttpStatusCode.SeeOther, set.Status);
        Assert.Equal(AccountChange.Done, await administration.SetDisabledAsync(account, disabled: true, Actor.Command, CancellationToken.None));
    }
}
