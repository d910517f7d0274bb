using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>How a browser gets from the gateway's last form to the app.</summary>
public sealed class LeavingTests
{
    [Theory]
    [InlineData(null, "/notes?a=1&b=2")]
    [InlineData("cors", "/notes?a=1&b=2")]
    [InlineData("navigate", "/_mfa/continue?returnUrl=%2Fnotes%3Fa%3D1%26b%3D2")]
    public async Task A_program_is_sent_to_the_app_and_a_browser_by_a_page_that_opens_it(string? mode, string location)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var page = await ada.GivePasswordAsync(browser, "/notes?a=1&b=2");
        var (action, values) = page.Form(("code", ada.CurrentCode));

        var answer = await browser.PostAsync(action, values, request =>
        {
            if (mode is not null)
                request.Headers.Add("Sec-Fetch-Mode", mode);
        });

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Equal(location, answer.Location);
    }

    [Fact]
    public async Task A_browser_goes_from_form_to_form_of_the_gateway_directly()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var (action, values) = (await browser.OpenAsync("/notes")).Form(("username", ada.UserName), ("password", ada.Password));

        var answer = await browser.PostAsync(action, values, request => request.Headers.Add("Sec-Fetch-Mode", "navigate"));

        Assert.Equal("/_mfa/challenge/totp?returnUrl=%2Fnotes", answer.Location);
    }

    [Theory]
    [InlineData("/notes?a=1&b=\"'<>", "/notes?a=1&b=\"'<>")]
    [InlineData("/notes?a=1&b='x'", "/notes?a=1&b='x'")]
    [InlineData("//evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public async Task The_page_opens_addresses_of_this_site_alone_and_shows_a_link_too(string wanted, string opened)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var page = await browser.GetAsync("/_mfa/continue?returnUrl=" + Uri.EscapeDataString(wanted));

        Assert.Equal("0;url=" + opened, page.Page.QuerySelector("meta[http-equiv=refresh]")!.GetAttribute("content"));
        Assert.Equal(opened, page.Page.QuerySelector("a.primary")!.GetAttribute("href"));
        Assert.Empty(page.Page.Forms);
    }
    [Theory]
    [InlineData("/_mfa/continue?returnUrl=%2Fnotes", "cross-site", false)]
    [InlineData("/_mfa/continue?returnUrl=%2Fnotes", "same-site", false)]
    [InlineData("/_mfa/continue?returnUrl=%2Fnotes", "same-origin", true)]
    [InlineData("/_mfa/signed-out?returnUrl=%2Fnotes", "cross-site", false)]
    [InlineData("/_mfa/signed-out?returnUrl=%2Fnotes", "same-origin", true)]
    public async Task Opened_by_another_site_the_page_does_not_lead_on_by_itself(string page, string site, bool leadsOn)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var answer = await browser.GetAsync(page, request => request.Headers.Add("Sec-Fetch-Site", site));

        Assert.Equal(leadsOn, answer.Header("Refresh") is not null || answer.Page.QuerySelector("meta[http-equiv=refresh]") is not null);
        Assert.Equal("/notes", answer.Page.QuerySelector("a.primary")!.GetAttribute("href"));
    }

}
