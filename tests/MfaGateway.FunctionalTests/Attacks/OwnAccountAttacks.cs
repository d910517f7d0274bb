using System.Net;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>The pages under /account against people who are after somebody else's account, or have stolen a session.</summary>
public sealed class OwnAccountAttacks
{
    private const string Account = "/_mfa/account";

    [Fact]
    public async Task Other_peoples_authenticators_are_not_there_and_stay_as_they_are()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        var eve = await (await gateway.AddPersonAsync("eve")).WithAuthenticatorAsync();
        var adas = Assert.Single(await gateway.Get<ITotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
        using var browser = gateway.NewBrowser();
        var fields = (await eve.SignInAsync(browser, Account)).Form().Values;

        foreach (var page in new[] { "rename", "remove" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"{Account}/authenticators/{page}?id={adas.Id}")).Status);
            var posted = await browser.PostAsync(
                $"{Account}/authenticators/{page}?id={adas.Id}", [.. fields, new("id", adas.Id), new("name", "Eve was here")]);
            Assert.Equal(HttpStatusCode.NotFound, posted.Status);
        }

        var after = Assert.Single(await gateway.Get<ITotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
        Assert.Equivalent(adas, after, strict: true);
        using var hers = gateway.NewBrowser();
        Assert.Equal("hello from upstream", (await ada.SignInAsync(hers)).Body);
    }

    [Theory]
    [InlineData("authenticators/add")]
    [InlineData("authenticators/rename")]
    [InlineData("authenticators/remove")]
    public async Task A_stolen_session_whose_proofs_are_stale_changes_nothing(string page)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var thief = gateway.NewBrowser();
        var fields = (await ada.SignInAsync(thief, Account)).Form().Values;
        var before = Assert.Single(await gateway.Get<ITotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
        gateway.Time.Advance(TimeSpan.FromMinutes(10.5));

        var posted = await thief.PostAsync($"{Account}/{page}", [.. fields, new("id", before.Id), new("name", "mine")]);

        Assert.NotEqual(HttpStatusCode.OK, posted.Status);
        Assert.False(posted.Location?.StartsWith("/_mfa/enroll", StringComparison.Ordinal) ?? false);
        Assert.Equivalent(before, Assert.Single(await gateway.Get<ITotpStore>().ListAsync(ada.AccountId, CancellationToken.None)), strict: true);
    }

    [Theory]
    [InlineData("authenticators/add")]
    [InlineData("authenticators/rename")]
    [InlineData("authenticators/remove")]
    public async Task A_post_without_a_request_token_changes_nothing(string page)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser, Account);
        var before = Assert.Single(await gateway.Get<ITotpStore>().ListAsync(ada.AccountId, CancellationToken.None));

        var posted = await browser.PostAsync($"{Account}/{page}", [new("id", before.Id), new("name", "forged")]);

        Assert.Equal(HttpStatusCode.BadRequest, posted.Status);
        Assert.Equivalent(before, Assert.Single(await gateway.Get<ITotpStore>().ListAsync(ada.AccountId, CancellationToken.None)), strict: true);
        Assert.DoesNotContain("mfa_flow", browser.Cookies.Keys);
    }

    [Fact]
    public async Task Ending_the_session_of_a_thief_ends_the_phone_that_is_being_added_in_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var thief = gateway.NewBrowser();
        var fields = (await ada.SignInAsync(thief, Account)).Form().Values;
        var enrol = await thief.FollowAsync(await thief.PostAsync($"{Account}/authenticators/add", fields));
        Assert.True(Base32.TryDecode(enrol.Text("totp-secret"), out var secret));
        var phone = new TestPerson(gateway, "ada") { Secret = TotpSecret.FromBytes(secret!) };

        await gateway.Get<Core.Sessions.ISessionStore>().EndAllAsync(ada.AccountId, exceptId: null, CancellationToken.None);
        await thief.SubmitAsync(enrol, ("code", phone.CurrentCode));

        Assert.Single(await gateway.Get<ITotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
        Assert.Empty(await gateway.Get<Core.Sessions.ISessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
    }

    [Fact]
    public async Task A_flow_that_adds_a_phone_is_not_taken_for_one_that_proves_something()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var fields = (await ada.SignInAsync(browser, Account)).Form().Values;
        await browser.PostAsync($"{Account}/authenticators/add", fields);
        gateway.Time.Advance(TimeSpan.FromMinutes(9.9));

        // Fresh enough still; a minute later the step-up of another page asks for a password, not for a phone.
        gateway.Time.Advance(TimeSpan.FromMinutes(0.2));
        var asked = await browser.OpenAsync($"{Account}/authenticators/remove");
        Assert.StartsWith("/_mfa/challenge/password", asked.Url, StringComparison.Ordinal);
    }
}
