using System.Net;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage;
using MfaGateway.FunctionalTests.OpenRequests;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>
/// A thief has opened WebSockets, event streams and transfers with a copy of the owner's session cookie, and keeps them open. The owner puts a stop to it.
/// </summary>
public sealed class CopiedSessionAttacks
{
    private const string Account = "/_mfa/account";

    [Theory]
    [InlineData("other sessions ended")]
    [InlineData("new password")]
    [InlineData("no sign-in by mail")]
    [InlineData("authenticator added")]
    [InlineData("authenticator removed")]
    [InlineData("new recovery codes")]
    public async Task Nothing_that_was_opened_with_a_copied_cookie_outlives_what_its_owner_changes(string change)
    {
        await using var gateway = await StreamingGateway.StartAsync(setup => setup.With("MfaGateway:MagicCode:Enabled", "true"));
        var ada = await gateway.AddPersonAsync();
        await using var owner = await gateway.SignInAsync(ada);
        await using var thief = await gateway.With(owner.Browser.Clone()).OpenAllAsync();
        await using var bob = await (await gateway.SignInAsync(await gateway.AddPersonAsync("bob"))).OpenAllAsync();

        await ChangeAsync(change, gateway.Product, ada, owner.Browser);

        await thief.AssertAllCutAsync();
        await bob.AssertAllGoOnAsync();
        if (change != "authenticator removed") // then the app asks for a new one first
        {
            await using var again = await owner.OpenAsync(StreamKind.Socket, HttpVersion.Version11);
            await again.AssertGoesOnAsync();
        }
    }

    [Fact]
    public async Task Nothing_that_was_opened_with_a_copied_cookie_outlives_the_first_authenticator()
    {
        await using var gateway = await StreamingGateway.StartAsync(setup => setup.Route("wiki", "/wiki/{**path}", "one-factor"));
        var ada = await gateway.Product.AddPersonAsync();
        await using var owner = gateway.Stranger();
        await ada.GivePasswordAsync(owner.Browser, "/wiki/");
        await using var thief = await gateway.With(owner.Browser.Clone()).OpenAllAsync("/wiki/");

        var begin = await owner.Browser.OpenAsync("/");
        await EnrolAsync(ada, owner.Browser, await owner.Browser.FollowAsync(await owner.Browser.SubmitAsync(begin)));

        await thief.AssertAllCutAsync();
    }

    [Fact]
    public async Task A_step_up_carries_on_what_was_opened_in_its_network_and_nothing_else()
    {
        await using var gateway = await StreamingGateway.StartAsync(setup => setup.With("MfaGateway:TrustedProxies:0", "127.0.0.0/8"));
        var ada = await gateway.AddPersonAsync();
        await using var owner = await gateway.SignInAsync(ada);
        await using var elsewhere = await gateway.With(owner.Browser.Clone()).OpenAllAsync();
        gateway.Product.Time.Advance(TimeSpan.FromMinutes(16));

        owner.Browser.ForwardedFor = "203.0.113.7";
        var password = await owner.Browser.OpenAsync("/vault/door");
        var code = await owner.Browser.FollowAsync(await owner.Browser.SubmitAsync(password, ("password", ada.Password)));
        Assert.Equal("/vault/door", (await owner.Browser.SubmitAsync(code, ("code", ada.CurrentCode))).Location);

        await elsewhere.AssertAllCutAsync();
    }

    private static async Task ChangeAsync(string change, GatewayUnderTest gateway, TestPerson person, Browser browser)
    {
        switch (change)
        {
            case "other sessions ended":
                // The list shows one session: a copy of its cookie is none of its own.
                var page = await browser.GetAsync($"{Account}/password");
                AssertDone(await browser.PostAsync($"{Account}/sessions/end-others", page.Form().Values));
                break;
            case "new password":
                var password = await browser.GetAsync($"{Account}/password");
                AssertDone(await browser.SubmitAsync(password, ("currentPassword", person.Password), ("newPassword", "forty-two-Tin-teapots-19")));
                break;
            case "no sign-in by mail":
                AssertDone(await browser.SubmitAsync(await browser.GetAsync($"{Account}/sign-in-methods")));
                break;
            case "authenticator added":
                await AddAuthenticatorAsync(person.UserName, gateway, browser);
                break;
            case "authenticator removed":
                var remove = (await browser.GetAsync($"{Account}/authenticators")).Page.QuerySelector("a[href*='/remove']")?.GetAttribute("href");
                AssertDone(await browser.SubmitAsync(await browser.OpenAsync(remove!)));
                break;
            default:
                var codes = await browser.GetAsync($"{Account}/recovery-codes");
                var shown = await browser.FollowAsync(await browser.PostAsync($"{Account}/recovery-codes/regenerate", codes.Form().Values));
                AssertDone(await browser.SubmitAsync(shown, ("saved", "on")));
                break;
        }
    }

    private static async Task AddAuthenticatorAsync(string userName, GatewayUnderTest gateway, Browser browser)
    {
        var list = await browser.GetAsync($"{Account}/authenticators");
        var offer = await browser.FollowAsync(await browser.PostAsync($"{Account}/authenticators/add", list.Form().Values));
        await EnrolAsync(new TestPerson(gateway, userName), browser, offer);
    }

    private static async Task EnrolAsync(TestPerson person, Browser browser, Visit offer)
    {
        Assert.True(Base32.TryDecode(offer.Text("totp-secret"), out var secret), offer.Body);
        person.Secret = TotpSecret.FromBytes(secret);
        var enrolled = await browser.SubmitAsync(offer, ("code", person.CurrentCode), ("name", "Phone"));
        AssertDone(enrolled);
        var next = await browser.FollowAsync(enrolled);
        if (next.Text("recovery-codes") is not null)
            AssertDone(await browser.SubmitAsync(next, ("saved", "on")));
    }

    private static void AssertDone(Visit visit) => Assert.Equal(HttpStatusCode.SeeOther, visit.Status);
}
