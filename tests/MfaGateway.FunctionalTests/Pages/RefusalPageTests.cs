using System.Net;
using MfaGateway.FunctionalTests.Attacks;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Pages;

/// <summary>Pages for people who came to the wrong place: by an old name, without HTTPS, by a mistyped or an endless address.</summary>
public sealed class RefusalPageTests
{
    [Fact]
    public async Task An_address_that_is_not_in_use_leads_to_the_one_that_is_and_has_its_style()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:PublicOrigin", "https://apps.example.org"));
        using var browser = gateway.NewBrowser();
        browser.Host = "old.example.org";

        var page = await browser.GetAsync("/wiki");

        Assert.Equal(HttpStatusCode.MisdirectedRequest, page.Status);
        Assert.Equal("This address is not in use", page.Page.QuerySelector("h1")!.TextContent);
        Assert.Equal(("Go to https://apps.example.org", "https://apps.example.org/"), LinkOf(page));
        Assert.Null(page.Page.QuerySelector("a[href='/']"));
        foreach (var asset in page.Page.QuerySelectorAll("link[rel=stylesheet]").Select(link => link.GetAttribute("href")!))
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(asset)).Status);
        Assert.NotEqual(HttpStatusCode.OK, (await browser.GetAsync("/_mfa/assets/../sign-in")).Status);
        Assert.NotEqual(HttpStatusCode.OK, (await browser.GetAsync("/_mfa/assets/..%2fsign-in")).Status);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await browser.GetAsync("/_mfa/assetsx")).Status);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Without_a_public_origin_the_page_for_a_wrong_address_has_no_way_on_and_no_loop()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("ReverseProxy:Routes:app:Match:Hosts:0", "wiki.example.org"));
        using var browser = gateway.NewBrowser();
        browser.Host = "old.example.org";

        var page = await browser.GetAsync("/wiki");

        Assert.Equal("This address is not in use", page.Page.QuerySelector("h1")!.TextContent);
        Assert.Empty(page.Page.QuerySelectorAll("main a"));
    }

    [Theory]
    [InlineData("apps.example.org", null, "https://apps.example.org/_mfa/sign-in?returnUrl=%2Fwiki")]
    [InlineData("apps.example.org:80", null, "https://apps.example.org/_mfa/sign-in?returnUrl=%2Fwiki")]
    [InlineData("apps.example.org:8080", null, null)]
    [InlineData("apps.example.org:8080", "https://apps.example.org", "https://apps.example.org/_mfa/sign-in?returnUrl=%2Fwiki")]
    public async Task Without_HTTPS_there_is_a_button_to_the_secure_address(string host, string? origin, string? expected)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.With("MfaGateway:PublicOrigin", origin);
            setup.With("MfaGateway:TrustedProxies:0", "127.0.0.0/8");
        });
        using var browser = gateway.NewBrowser();
        browser.Host = host;

        var page = await browser.GetAsync("/_mfa/sign-in?returnUrl=%2Fwiki", request =>
        {
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
            request.Headers.Add("X-Forwarded-Proto", "http");
        });

        Assert.Equal("Signing in needs HTTPS", page.Page.QuerySelector("h1")!.TextContent);
        Assert.DoesNotContain("TrustedProxies", page.Body, StringComparison.Ordinal);
        Assert.Equal(expected, page.Page.QuerySelector("main a.primary")?.GetAttribute("href"));
        Assert.Equal(expected is null ? null : "Continue with HTTPS", page.Page.QuerySelector("main a.primary")?.TextContent);
    }

    [Fact]
    public async Task A_path_without_a_route_is_not_found_for_strangers_and_for_people()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", "/app/{**rest}", null).Route("get", "/get", "Anonymous").With("ReverseProxy:Routes:get:Match:Methods:0", "GET"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var stranger = gateway.NewBrowser();
        using var person = gateway.NewBrowser();
        await ada.SignInAsync(person, "/app/");

        foreach (var browser in new[] { stranger, person })
        {
            foreach (var path in (string[])["/nowhere", "/", "/.well-known/x", "/nowhere//x", "/APPX"])
            {
                var page = await browser.GetAsync(path);
                Assert.Equal(HttpStatusCode.NotFound, page.Status);
                Assert.Equal("Page not found", page.Page.QuerySelector("h1")!.TextContent);
                Assert.DoesNotContain("Sign in", page.Body, StringComparison.Ordinal);
            }
            Assert.Contains("urn:mfagateway:problem:not-found", (await browser.GetAsync("/nowhere", AsFetch)).Body, StringComparison.Ordinal);
            Assert.InRange((int)(await browser.GetAsync("/get//x")).Status, 403, 404);
        }
        Assert.Equal("/app/", Assert.Single(gateway.Upstream.Requests).RawTarget);
    }

    [Fact]
    public async Task Password_managers_find_the_page_that_changes_a_password()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var visit = await browser.GetAsync("/.well-known/change-password");

        Assert.Equal(HttpStatusCode.Found, visit.Status);
        Assert.Equal("/_mfa/account/password", visit.Location);
        Assert.StartsWith("/_mfa/sign-in", (await browser.GetAsync("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200")).Location!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/.well-known/change-password")]
    [InlineData("/.well-known/{**rest}")]
    [InlineData("/.Well-Known/{name}")]
    public async Task An_app_that_names_the_path_answers_itself(string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", path, "one-factor"));
        using var browser = gateway.NewBrowser();

        Assert.StartsWith("/_mfa/sign-in", (await browser.GetAsync("/.well-known/change-password")).Location!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_too_long_gets_a_page_and_one_at_the_limit_passes()
    {
        await using var app = new EchoUpstream();
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", "/{**rest}", "Anonymous")
            .With("MfaGateway:MaxTargetLength", "20000").With("ReverseProxy:Clusters:app:Destinations:one:Address", app.Address));

        foreach (var (length, status) in new[] { (20_000, 200), (20_001, 414), (100_000, 414) })
        {
            var target = "/x?" + new string('a', length - 3);
            var answer = await Wire.GetAsync(gateway.Address.Port, target, "Host: gateway.example\r\nAccept: text/html\r\n", TestContext.Current.CancellationToken);
            Assert.Equal(status, answer.Status);
            Assert.Equal(status == 414, answer.Text.Contains("This address is too long", StringComparison.Ordinal));
        }
        Assert.InRange(Assert.Single(app.Requests).Length, 20_000, 25_000);
    }

    private static (string Text, string Url) LinkOf(Visit page) =>
        (page.Page.QuerySelector("main a.primary")!.TextContent, page.Page.QuerySelector("main a.primary")!.GetAttribute("href")!);

    private static void AsFetch(HttpRequestMessage request) => request.Headers.Add("Sec-Fetch-Mode", "cors");
}
