using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Guesses that are spread over whatever can be had several times share one budget.</summary>
public sealed class SpreadGuessingAttacks
{
    private const string Wrong = "the-Wrong-Teapot-17";

    [Theory]
    [InlineData("2001:db8:7:1::{0}", "2001:db8:7:2::1")]
    [InlineData("2001:db8:7:1:{0}:ffff:ffff:ffff", "2001:db8:7::1")]
    [InlineData("[2001:db8:7:1::{0}]:443", "[2001:db8:7:2::1]:443")]
    [InlineData("203.0.113.9:{0}", "203.0.113.10")]
    [InlineData("::ffff:203.0.113.9", "203.0.113.10")]
    [InlineData("198.51.100.{0}, 203.0.113.9", "198.51.100.1, 203.0.113.10")]
    public async Task All_that_one_customer_may_choose_of_an_address_is_one_address(string addresses, string neighbour)
    {
        await using var nodes = await Nodes.StartAsync(NodesOn.Sqlite, setup => setup.With("MfaGateway:Attempts:PerAddress:Count", "3"));
        using var guesser = nodes.First.NewBrowser();
        guesser.ForwardedFor = neighbour;
        var form = await guesser.OpenAsync("/");
        for (var guess = 1; guess <= 3; guess++)
        {
            guesser.ForwardedFor = string.Format(System.Globalization.CultureInfo.InvariantCulture, addresses, guess);
            Assert.Equal(HttpStatusCode.Unauthorized, (await GuessAsync(guesser, form, $"nobody{guess}")).Status);
        }

        guesser.ForwardedFor = string.Format(System.Globalization.CultureInfo.InvariantCulture, addresses, 4);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await GuessAsync(guesser, form, "nobody4")).Status);
        guesser.ForwardedFor = neighbour;
        Assert.Equal(HttpStatusCode.Unauthorized, (await GuessAsync(guesser, form, "nobody4")).Status);
    }

    [Fact]
    public async Task Every_spelling_of_a_name_from_every_address_counts_for_one_account()
    {
        await using var nodes = await Nodes.StartAsync(NodesOn.Sqlite, setup => setup.Route("app", "/{**path}", "one-factor"));
        Assert.IsType<AccountAddition.Added>(await nodes.First.Get<AccountService>().AddAsync(
            new NewAccount("zoë", "zoe@example.org", DisplayName: null, [], TestPerson.DefaultPassword), Actor.Command, CancellationToken.None));
        string[] spellings =
        [
            "zoë", "ZOË", "Zoe\u0308", "ZOE\u0308", " zoë", "zoë\u3000", "\tZoë ", "\uff5a\uff4f\u00eb", "\uff3a\uff2f\uff25\u0308", "\u2124o\u00eb",
        ];
        using var guesser = nodes.First.NewBrowser();
        guesser.ForwardedFor = "203.0.113.255";
        var form = await guesser.OpenAsync("/");

        for (var number = 0; number < spellings.Length; number++)
        {
            guesser.ForwardedFor = $"203.0.113.{number}";
            Assert.Equal(HttpStatusCode.Unauthorized, (await GuessAsync(guesser, form, spellings[number])).Status);
        }

        guesser.ForwardedFor = "198.51.100.1";
        var right = form.Form(("username", "zoë"), ("password", TestPerson.DefaultPassword));
        Assert.Equal(HttpStatusCode.Unauthorized, (await guesser.PostAsync(right.Action, right.Values)).Status);
        Assert.Equal(10, await nodes.CountAsync("Password: wrong"));

        nodes.First.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.SeeOther, (await guesser.PostAsync(right.Action, right.Values)).Status);
    }

    [Fact]
    public async Task Passwords_tried_when_signing_in_when_stepping_up_and_when_changing_it_share_one_budget()
    {
        await using var gateway = await StartWithVaultAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var owner = gateway.NewBrowser();
        await ada.SignInAsync(owner);
        using var thief = Stealing(owner, gateway);
        var change = await thief.GetAsync("/_mfa/account/password");
        for (var guess = 0; guess < 4; guess++)
        {
            var refused = await thief.SubmitAsync(change, ("currentPassword", $"{Wrong}{guess}"), ("newPassword", "velvet tractor humming orbit"));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        }

        gateway.Time.Advance(TimeSpan.FromMinutes(2));
        var again = await thief.OpenAsync("/vault");
        for (var guess = 0; guess < 3; guess++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(again, ("password", $"{Wrong}{guess}"))).Status);
        using var stranger = gateway.NewBrowser();
        var signIn = await stranger.OpenAsync("/");
        for (var guess = 0; guess < 3; guess++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await GuessAsync(stranger, signIn, "ada")).Status);

        // Even the right one is nothing at any of the three doors now, except in the owner's own browser.
        Assert.Equal(HttpStatusCode.TooManyRequests, (await thief.SubmitAsync(again, ("password", ada.Password))).Status);
        Assert.Equal(
            HttpStatusCode.TooManyRequests,
            (await thief.SubmitAsync(change, ("currentPassword", ada.Password), ("newPassword", "velvet tractor humming orbit"))).Status);
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await stranger.SubmitAsync(signIn, ("username", "ada"), ("password", ada.Password))).Status);
        var asked = await owner.OpenAsync("/vault");
        Assert.Equal(HttpStatusCode.SeeOther, (await owner.SubmitAsync(asked, ("password", ada.Password))).Status);
    }

    [Fact]
    public async Task Codes_tried_when_signing_in_and_when_stepping_up_share_one_budget_whichever_factor_they_are_of()
    {
        await using var gateway = await StartWithVaultAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var owner = gateway.NewBrowser();
        await ada.SignInAsync(owner);
        gateway.Time.Advance(TimeSpan.FromMinutes(2));
        using var thief = Stealing(owner, gateway);
        var again = await thief.FollowAsync(await thief.SubmitAsync(await thief.OpenAsync("/vault"), ("password", ada.Password)));
        for (var guess = 0; guess < 2; guess++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(again, ("code", ada.WrongCode))).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(AsRecovery(again), ("code", "aaaa-bbbb-cccc-dddd"))).Status);
        }

        using var stranger = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(stranger);
        for (var guess = 0; guess < 4; guess++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SubmitAsync(asked, ("code", ada.WrongCode))).Status);
        using var other = gateway.NewBrowser();
        var third = await ada.GivePasswordAsync(other);
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.SubmitAsync(AsRecovery(third), ("code", "aaaa-bbbb-cccc-dddd"))).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await other.SubmitAsync(third, ("code", ada.WrongCode))).Status); // the tenth

        foreach (var (browser, page) in ((Browser, Visit)[])[(thief, again), (stranger, asked), (other, third)])
        {
            var refused = await browser.SubmitAsync(page, ("code", ada.CurrentCode));
            Assert.Equal((HttpStatusCode.TooManyRequests, "900"), (refused.Status, refused.Header("Retry-After")));
        }
    }

    private static Task<GatewayUnderTest> StartWithVaultAsync() => GatewayUnderTest.StartAsync(setup => setup
        .With("MfaGateway:Policies:fresh:MaxAge", "00:01:00")
        .Route("vault", "/vault/{**rest}", "fresh")
        .Route("app", "/{**path}", null));

    /// <summary>A browser with the session of somebody else and nothing more.</summary>
    private static Browser Stealing(Browser owner, GatewayUnderTest gateway)
    {
        var thief = gateway.NewBrowser();
        thief.Cookies["mfa_session"] = owner.Cookies["mfa_session"];
        return thief;
    }

    private static Visit AsRecovery(Visit asked) => asked with { Url = "/_mfa/challenge/recovery-code" };

    private static Task<Visit> GuessAsync(Browser browser, Visit form, string userName) =>
        browser.SubmitAsync(form, ("username", userName), ("password", Wrong));
}
