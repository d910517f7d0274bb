using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>After each change of their own account people read what was done; a link from elsewhere makes no page say something else.</summary>
public sealed class StatusMessageJourneys : IAsyncLifetime
{
    private const string Account = "/_mfa/account";

    private GatewayUnderTest _gateway = null!;
    private TestPerson _ada = null!;
    private Browser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:MagicCode:Enabled", "true").With("MfaGateway:PublicOrigin", "http://127.0.0.1"));
        _ada = await (await _gateway.AddPersonAsync()).WithAuthenticatorAsync();
        _browser = _gateway.NewBrowser();
        await _ada.SignInAsync(_browser, Account);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_new_password_is_confirmed() => await SaysAsync(
        "Password changed. Your other devices are signed out.",
        await _browser.SubmitAsync(
            await _browser.GetAsync($"{Account}/password"), ("currentPassword", _ada.Password), ("newPassword", "another-Brass-kettle-17")));

    [Fact]
    public async Task Signing_in_by_mail_is_confirmed_off_and_on()
    {
        var form = await _browser.GetAsync($"{Account}/sign-in-methods");
        await SaysAsync("Saved. Signing in with a code by email is off.", await _browser.SubmitAsync(form));
        await SaysAsync("Saved. You can sign in with a code by email.", await _browser.SubmitAsync(form, ("magicCode", "true")));
    }

    [Fact]
    public async Task Another_name_for_an_authenticator_and_its_removal_are_confirmed()
    {
        var list = await _browser.GetAsync($"{Account}/authenticators");
        Assert.Null(list.Text("notice"));
        var rename = list.Page.QuerySelector("a[href*='/rename']")!.GetAttribute("href")!;
        await SaysAsync("Authenticator renamed.", await _browser.SubmitAsync(await _browser.GetAsync(rename), ("name", "Tablet")));
        var remove = rename.Replace("/rename", "/remove", StringComparison.Ordinal);
        await SaysAsync(
            "Two-factor authentication is off. Your other devices are signed out.", await _browser.SubmitAsync(await _browser.GetAsync(remove)));
    }

    [Fact]
    public async Task One_authenticator_more_is_confirmed_at_the_end_and_not_when_it_is_given_up()
    {
        var list = await _browser.GetAsync($"{Account}/authenticators");
        var enrol = await _browser.FollowAsync(await _browser.PostAsync($"{Account}/authenticators/add", list.Form().Values));
        var cancel = enrol.Page.QuerySelectorAll(".ways a").Single().GetAttribute("href")!;
        Assert.Null((await _browser.GetAsync(cancel)).Text("notice"));

        Assert.True(Base32.TryDecode(enrol.Text("totp-secret"), out var secret));
        _ada.Secret = TotpSecret.FromBytes(secret);
        await SaysAsync(
            "Authenticator added. Your other devices are signed out.",
            await _browser.SubmitAsync(enrol, ("code", _ada.CurrentCode), ("name", "Tablet")));
        var both = await _browser.GetAsync($"{Account}/authenticators");
        var remove = both.Page.QuerySelector("a[href*='/remove']")!.GetAttribute("href")!;
        await SaysAsync("Authenticator removed. Your other devices are signed out.", await _browser.SubmitAsync(await _browser.GetAsync(remove)));
    }

    [Fact]
    public async Task New_recovery_codes_are_confirmed_once_they_are_saved()
    {
        var page = await _browser.GetAsync($"{Account}/recovery-codes");
        var codes = await _browser.FollowAsync(await _browser.PostAsync($"{Account}/recovery-codes/regenerate", page.Form().Values));

        await SaysAsync(
            "New recovery codes saved. The old ones no longer work. Your other devices are signed out.", await _browser.SubmitAsync(codes, ("saved", "on")));
    }

    [Fact]
    public async Task A_forgotten_browser_and_ended_sessions_are_confirmed()
    {
        await SaysAsync("Browser forgotten.", await _browser.SubmitAsync(await _browser.GetAsync($"{Account}/browsers")));

        using var other = _gateway.NewBrowser();
        _gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await _ada.SignInAsync(other);
        var list = await _browser.GetAsync($"{Account}/sessions");
        var id = list.Page.QuerySelector("input[name=id]")!.GetAttribute("value")!;
        await SaysAsync("Session ended.", await _browser.SubmitAsync(list, ("id", id)));
        await SaysAsync("Signed out everywhere else.", await _browser.PostAsync($"{Account}/sessions/end-others", list.Form().Values));
    }

    [Fact]
    public async Task One_mailed_code_more_is_confirmed_the_same_way_for_an_address_without_an_account()
    {
        var said = new List<string?>();
        foreach (var address in new[] { "ada@example.org", "nobody@example.org" })
        {
            using var stranger = _gateway.NewBrowser();
            var first = await stranger.FollowAsync(
                await stranger.SubmitAsync(await stranger.GetAsync("/_mfa/sign-in/code"), ("email", address)));
            Assert.Null(first.Text("notice"));
            _gateway.Time.Advance(TimeSpan.FromMinutes(2));
            var resend = first.Page.QuerySelector("section form")!.GetAttribute("action")!;
            var again = await stranger.FollowAsync(await stranger.PostAsync(resend, first.Form(("code", "")).Values));
            Assert.Equal("status", again.Page.GetElementById("notice")?.GetAttribute("role"));
            said.Add(again.Text("notice"));
        }

        Assert.Equal("If this address has an account, another code is on its way.", Assert.Single(said.Distinct()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Your password is stolen: call 555-0100")]
    [InlineData("<b>x</b>")]
    [InlineData("deleted")] // a word of the administration's
    [InlineData("PASSWORD-CHANGED")]
    public async Task A_link_from_elsewhere_makes_no_page_say_something_else(string notice)
    {
        foreach (var page in new[] { Account, $"{Account}/authenticators", $"{Account}/sessions", "/_mfa/challenge/code", "/_mfa/sign-in" })
        {
            var visit = await _browser.OpenAsync($"{page}?notice={Uri.EscapeDataString(notice)}");
            Assert.Null(visit.Text("notice"));
            Assert.DoesNotContain("555-0100", visit.Page.Body!.TextContent, StringComparison.Ordinal);
        }
    }

    private async Task SaysAsync(string text, Visit changed)
    {
        var page = await _browser.FollowAsync(changed);
        Assert.Equal(text, page.Text("notice"));
        Assert.Equal("status", page.Page.GetElementById("notice")!.GetAttribute("role"));
    }
}
