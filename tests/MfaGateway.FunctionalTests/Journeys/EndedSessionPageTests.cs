using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>What a person sees in the middle of their work when the session has ended.</summary>
public sealed class EndedSessionPageTests
{
    [Fact]
    public async Task A_form_that_comes_too_late_gets_a_page_that_says_that_nothing_was_sent()
    {
        await using var gateway = await StartAsync();
        using var browser = gateway.NewBrowser();

        var answer = await browser.PostAsync("/notes/save?id=7", [new("text", "long work")], Navigate);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.StartsWith("text/html", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.NotNull(answer.Header("WWW-Authenticate"));
        Assert.Equal("Your session has ended", answer.Page.QuerySelector("h1")!.TextContent);
        Assert.Contains("Nothing was sent.", answer.Body, StringComparison.Ordinal);
        var link = answer.Page.QuerySelector("a.primary")!;
        Assert.Equal("/_mfa/sign-in?returnUrl=%2Fnotes%2Fsave%3Fid%3D7", link.GetAttribute("href"));
        Assert.Equal("_blank", link.GetAttribute("target"));
        Assert.DoesNotContain("long work", answer.Body, StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task After_signing_in_in_another_tab_the_same_form_arrives()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var answer = await browser.PostAsync("/notes/save", [new("text", "long work")], Navigate);

        await ada.SignInAsync(browser, "/notes/save");
        var sentAgain = await browser.PostAsync(answer.Url, [new("text", "long work")], Navigate);

        Assert.Equal("hello from upstream", sentAgain.Body);
        Assert.Equal("POST", gateway.Upstream.Last.Method);
    }

    [Fact]
    public async Task A_form_that_needs_more_than_the_session_has_proved_leads_to_the_proof_in_a_new_tab()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser, "/wiki/");

        var answer = await browser.PostAsync("/notes/save", [], Navigate);
        var denied = await browser.PostAsync("/closed/save", [], Navigate);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        var link = answer.Page.QuerySelector("a.primary")!;
        Assert.Equal("/_mfa/challenge?returnUrl=%2Fnotes%2Fsave&policy=two-factor", link.GetAttribute("href"));
        Assert.Contains("confirm in a new tab", answer.Body, StringComparison.Ordinal);
        Assert.Equal("_blank", link.GetAttribute("target"));
        Assert.Equal(HttpStatusCode.Forbidden, denied.Status);
        Assert.StartsWith("text/html", denied.Header("Content-Type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_of_another_site_is_to_be_started_again_there()
    {
        await using var gateway = await StartAsync();
        using var browser = gateway.NewBrowser();

        var answer = await browser.PostAsync("/notes/save", [new("text", "long work")], request =>
        {
            Navigate(request);
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
        });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Contains("This form came from another site", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("reload", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iframe", "same-origin")]
    [InlineData("frame", "same-site")]
    public async Task In_a_frame_of_this_site_a_sentence_and_a_link_out_of_it_are_shown(string destination, string site)
    {
        await using var gateway = await StartAsync();
        using var browser = gateway.NewBrowser();

        var answer = await browser.GetAsync("/notes/part", request =>
        {
            Frame(request, destination, site);
            request.Headers.Referrer = new Uri(gateway.Address, "/notes/whole?x=1");
        });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("SAMEORIGIN", answer.Header("X-Frame-Options"));
        Assert.Contains("frame-ancestors 'self'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("Your session has ended", answer.Page.QuerySelector("h1")!.TextContent);
        Assert.Empty(answer.Page.Forms);
        var link = answer.Page.QuerySelector("a.primary")!;
        Assert.Equal("_top", link.GetAttribute("target"));
        Assert.Equal("/_mfa/sign-in?returnUrl=%2Fnotes%2Fwhole%3Fx%3D1", link.GetAttribute("href"));
    }

    [Theory]
    [InlineData("iframe", "cross-site", "/notes/part", 302)]
    [InlineData("iframe", "same-origin", "/_mfa/sign-in", 403)]
    [InlineData("iframe", "same-origin", "/_mfa/account", 302)]
    [InlineData("document", "same-origin", "/notes/part", 302)]
    public async Task Nothing_else_may_be_framed(string destination, string site, string url, int status)
    {
        await using var gateway = await StartAsync();
        using var browser = gateway.NewBrowser();

        var answer = await browser.GetAsync(url, request => Frame(request, destination, site));

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal("DENY", answer.Header("X-Frame-Options"));
        Assert.Contains("frame-ancestors 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_and_a_page_of_another_site_around_the_frame_lead_nowhere_else()
    {
        await using var gateway = await StartAsync();
        using var browser = gateway.NewBrowser();

        var foreign = await browser.GetAsync("/notes/part", request =>
        {
            Frame(request, "iframe", "same-origin");
            request.Headers.Referrer = new Uri("https://evil.example/notes");
        });
        var denied = await browser.GetAsync("/closed/part", request => Frame(request, "iframe", "same-origin"));

        Assert.Equal("/_mfa/sign-in?returnUrl=%2F", foreign.Page.QuerySelector("a.primary")!.GetAttribute("href"));
        Assert.Equal(HttpStatusCode.Forbidden, denied.Status);
        Assert.Equal("SAMEORIGIN", denied.Header("X-Frame-Options"));
        Assert.NotEmpty(denied.Page.QuerySelectorAll("main a"));
        Assert.All(denied.Page.QuerySelectorAll("main a"), link => Assert.Equal("_top", link.GetAttribute("target")));
    }

    private static void Navigate(HttpRequestMessage request)
    {
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        request.Headers.Add("Sec-Fetch-Dest", "document");
    }

    private static void Frame(HttpRequestMessage request, string destination, string site)
    {
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        request.Headers.Add("Sec-Fetch-Dest", destination);
        request.Headers.Add("Sec-Fetch-Site", site);
    }

    private static Task<GatewayUnderTest> StartAsync() => GatewayUnderTest.StartAsync(setup => setup
        .Route("wiki", "/wiki/{**path}", "one-factor")
        .Route("notes", "/notes/{**path}", "two-factor")
        .Route("closed", "/closed/{**path}", "deny"));
}
