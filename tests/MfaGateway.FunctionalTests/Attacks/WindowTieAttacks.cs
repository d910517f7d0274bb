using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A window that an app has opened keeps its tie on the way of a sign-in. That must give nothing else away.</summary>
public sealed class WindowTieAttacks
{
    [Theory]
    [InlineData("/notes", "same-origin", "unsafe-none")]
    [InlineData("/_mfa/sign-in", "same-origin", "unsafe-none")]
    [InlineData("/_mfa/continue", "same-origin", "unsafe-none")]
    [InlineData("/_mfa/challenge/totp", "same-origin", "unsafe-none")]
    [InlineData("/notes", "same-site", "same-origin")]
    [InlineData("/notes", "cross-site", "same-origin")]
    [InlineData("/_mfa/sign-in", "cross-site", "same-origin")]
    [InlineData("/_mfa/sign-in", "none", "same-origin")]
    [InlineData("/_mfa/sign-in", null, "same-origin")]
    [InlineData("/_mfa/account", "same-origin", "same-origin")]
    [InlineData("/_mfa/admin", "same-origin", "same-origin")]
    [InlineData("/_mfa/enroll/totp", "same-origin", "same-origin")]
    [InlineData("/_mfa/enroll/recovery-codes", "same-origin", "same-origin")]
    [InlineData("/_mfa/link?token=x", "same-origin", "same-origin")]
    [InlineData("/_mfa/sign-out", "same-origin", "same-origin")]
    [InlineData("/_mfa/setup?token=x", "same-origin", "same-origin")]
    [InlineData("/_mfa/reset-password/set?token=x", "same-origin", "same-origin")]
    public async Task The_tie_is_kept_by_the_sign_in_alone_and_for_this_origin_alone(string url, string? site, string policy)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var answer = await browser.GetAsync(url, request =>
        {
            if (site is not null)
                request.Headers.Add("Sec-Fetch-Site", site);
        });

        Assert.Equal(policy, answer.Header("Cross-Origin-Opener-Policy"));
    }

    [Fact]
    public async Task A_request_token_of_a_sign_in_page_is_no_good_for_the_administration_or_the_account()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var root = await (await gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await root.SignInAsync(browser);
        var token = (await browser.GetAsync("/_mfa/sign-in")).Form(("username", "x")).Values.Single(pair => pair.Key == "__RequestVerificationToken");
        KeyValuePair<string, string>[] invitation =
            [token, new("username", "mallory"), new("email", "mallory@evil.example"), new("name", "Mallory"), new("groups", "admins")];

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/_mfa/admin/invite", invitation)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/_mfa/account/sessions/end-others", [token])).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/_mfa/sign-out", [token])).Status);

        Assert.DoesNotContain("mallory", (await browser.GetAsync("/_mfa/admin")).Body, StringComparison.Ordinal);
        Assert.Equal("hello from upstream", (await browser.GetAsync("/")).Body);
    }

    [Theory]
    [InlineData("/_mfa/account", "same-origin", "\"Not:A-Brand\";v=\"8\", \"Chromium\";v=\"156\"", "noopener-allow-popups")]
    [InlineData("/_mfa/admin/invite", "none", "\"Chromium\";v=\"131\", \"Google Chrome\";v=\"131\"", "noopener-allow-popups")]
    [InlineData("/_mfa/sign-in", "cross-site", "\"Chromium\";v=\"156\"", "noopener-allow-popups")]
    [InlineData("/_mfa/sign-in", "same-origin", "\"Chromium\";v=\"156\"", "unsafe-none")]
    [InlineData("/_mfa/account", "same-origin", "\"Chromium\";v=\"130\"", "same-origin")]
    [InlineData("/_mfa/account", "same-origin", "\"Chromium\";v=\"1310\"", "noopener-allow-popups")]
    [InlineData("/_mfa/account", "same-origin", "\"Not Chromium\";v=\"156\"", "same-origin")]
    [InlineData("/_mfa/account", "same-origin", "\"Chromium\";v=\"\"", "same-origin")]
    [InlineData("/_mfa/account", "same-origin", "\"Chromium\";v=\"999999999999\"", "same-origin")]
    [InlineData("/_mfa/account", "same-origin", "Chromium", "same-origin")]
    public async Task The_tie_is_cut_from_windows_of_this_origin_too_where_the_browser_can(string url, string site, string brands, string policy)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var answer = await browser.GetAsync(url, request =>
        {
            request.Headers.Add("Sec-Fetch-Site", site);
            request.Headers.Add("Sec-CH-UA", brands);
        });

        Assert.Equal(policy, answer.Header("Cross-Origin-Opener-Policy"));
    }

    [Theory]
    [InlineData("/_mfa/account/sessions", "/_mfa/account/sessions/end-others")]
    [InlineData("/_mfa/account/sessions", "/_mfa/admin/invite")]
    [InlineData("/_mfa/sign-out", "/_mfa/account/sessions/end-others")]
    [InlineData("/_mfa/sign-out", "/_mfa/admin/invite")]
    public async Task A_request_token_of_another_person_is_no_good_beside_the_cookie_it_belongs_to(string from, string to)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var root = await (await gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await root.SignInAsync(browser);
        var mallory = await gateway.AddPersonAsync("mallory");
        using var others = gateway.NewBrowser();
        using var second = gateway.NewBrowser();
        await mallory.GivePasswordAsync(others, "/_mfa/account");
        await mallory.GivePasswordAsync(second, "/_mfa/account");
        var token = (await others.GetAsync(from)).Form().Values.Single(pair => pair.Key == "__RequestVerificationToken");
        KeyValuePair<string, string>[] form =
            [token, new("username", "eve"), new("email", "eve@evil.example"), new("name", "Eve"), new("groups", "admins")];
        using var planted = browser.Clone();
        planted.Cookies["mfa_request"] = others.Cookies["mfa_request"];

        var replaced = await planted.PostAsync(to, form);
        var doubled = await browser.PostAsync(to, form, request =>
        {
            var own = request.Headers.GetValues("Cookie").Single();
            request.Headers.Remove("Cookie");
            request.Headers.Add("Cookie", $"{own}; mfa_request={others.Cookies["mfa_request"]}");
        });

        Assert.Equal(HttpStatusCode.BadRequest, replaced.Status);
        Assert.Equal(HttpStatusCode.BadRequest, doubled.Status);
        Assert.DoesNotContain("eve@evil.example", (await browser.GetAsync("/_mfa/admin")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_one_person_was_shown_does_nothing_once_another_one_is_signed_in()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (ada, bob) = (await gateway.AddPersonAsync("ada"), await gateway.AddPersonAsync("bob"));
        using var browser = gateway.NewBrowser();
        using var second = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser, "/_mfa/account");
        await ada.GivePasswordAsync(second, "/_mfa/account");
        var page = await browser.GetAsync("/_mfa/account/sessions");
        var form = page.Page.Forms.Single(candidate => candidate.GetAttribute("action")!.EndsWith("end-others", StringComparison.Ordinal));
        var token = form.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        KeyValuePair<string, string>[] fields = [new("__RequestVerificationToken", token)];
        browser.Cookies.Remove("mfa_session");
        await bob.GivePasswordAsync(browser, "/_mfa/account");

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/_mfa/account/sessions/end-others", fields)).Status);

        browser.Cookies.Remove("mfa_session");
        await ada.GivePasswordAsync(browser, "/_mfa/account");
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/_mfa/account/sessions/end-others", fields)).Status);
    }
}
