using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Pages;

public sealed class PageTests
{
    [Fact]
    public async Task Where_cookies_would_not_be_safe_the_page_says_that_https_is_needed_and_what_to_look_at()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        // Somebody passed it on, so the way to the browser is not known to be this machine alone.
        var visit = await browser.GetAsync("/_mfa/sign-in", request => request.Headers.Add("X-Forwarded-For", "192.0.2.7"));

        Assert.Equal(HttpStatusCode.Forbidden, visit.Status);
        Assert.Contains("HTTPS", visit.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("secure connection", visit.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("MfaGateway:", visit.Body, StringComparison.Ordinal);
        Assert.Null(visit.Header("Set-Cookie"));
        Assert.Empty(visit.Page.Forms);
    }

    [Fact]
    public async Task An_error_page_gives_an_id_the_time_and_whom_to_ask_and_repeats_nothing_that_was_sent()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Contact", "Help <desk>, extension 4711"));
        using var browser = gateway.NewBrowser();

        var visit = await browser.GetAsync("/_mfa/<script>alert(1)</script>?q=sentinel");

        Assert.Equal(HttpStatusCode.NotFound, visit.Status);
        var text = visit.Page.Body!.TextContent;
        Assert.Contains("Error id", text, StringComparison.Ordinal);
        Assert.Contains("2026-03-02 09:00:00 UTC", text, StringComparison.Ordinal);
        Assert.Contains("Help <desk>, extension 4711", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sentinel", visit.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)", visit.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_moves_with_the_prefix_and_nothing_is_left_at_the_old_place()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:PathPrefix", "/company/login"));
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();

        var seen = await ada.SignInAsync(browser, "/notes");
        var old = await browser.GetAsync("/_mfa/sign-in");

        Assert.Equal("hello from upstream", seen.Body);
        Assert.Equal("hello from upstream", old.Body);
        Assert.Contains("/company/login/assets/", (await browser.GetAsync("/company/login/account")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task A_page_takes_no_other_method_than_those_of_a_browser(string method)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var visit = await browser.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/_mfa/sign-in"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, visit.Status);
        Assert.Equal("GET, HEAD, POST", visit.Header("Allow"));
    }

    [Fact]
    public async Task A_page_without_a_form_refuses_a_post()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();
        var (_, fields) = (await browser.GetAsync("/_mfa/sign-in")).Form();

        var visit = await browser.PostAsync("/_mfa/signed-out", fields);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, visit.Status);
    }

    [Fact]
    public async Task The_way_to_the_account_page_leads_by_the_sign_in_and_back()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync("ada", "staff")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();

        var page = await ada.SignInAsync(browser, "/_mfa/account");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("ada@example.org", page.Body, StringComparison.Ordinal);
        Assert.Contains("staff", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_destination_on_the_page_is_no_place_for_somebody_elses_sentences()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var visit = await browser.GetAsync("/_mfa/sign-in?returnUrl=%2Fnotes%2FCall-0800-evil-now%3Fx%3Dyour-account-is-locked");

        Assert.EndsWith("/notes", visit.Page.QuerySelector(".target")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("0800", visit.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }
}
