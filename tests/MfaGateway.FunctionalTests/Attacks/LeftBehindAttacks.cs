using System.Net;
using MfaGateway.FunctionalTests.Api;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>What the next person in the same browser gets of the one before.</summary>
public sealed class LeftBehindAttacks
{
    [Fact]
    public async Task Signing_out_clears_what_the_browser_has_kept_of_pages()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);
        using var client = new ApiClient(gateway.NewBrowser());

        var byPage = await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-out"));
        var byJson = await client.PostAsync("/sign-out");

        Assert.Equal("\"cache\"", byPage.Header("Clear-Site-Data"));
        Assert.Equal("\"cache\"", byJson.Visit.Header("Clear-Site-Data"));
        Assert.Contains("mfa_browser", browser.Cookies.Keys);
    }

    [Fact]
    public async Task Signing_out_expires_the_cookies_that_the_operator_names_where_apps_may_have_set_them()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            setup.Route("wiki", "/wiki/{**path}", null).Route("reports", "/a/{id}/x", null)
                .With("MfaGateway:Clusters:app:SignOutCookies:0", "JSESSIONID")
                .With("MfaGateway:Session:SignOutCookies:0", "everywhere");
        });
        using var browser = gateway.NewBrowser();
        browser.Host = "apps.example.org";
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        await ada.SignInAsync(browser, "/wiki/");

        var answer = await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-out"));
        var lines = answer.Headers.GetValues("Set-Cookie").ToList();

        foreach (var name in new[] { "JSESSIONID", "everywhere" })
        {
            foreach (var path in new[] { "/", "/wiki", "/wiki/", "/a", "/a/" })
            {
                Assert.Contains($"{name}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path={path}; Secure", lines);
                Assert.Contains($"{name}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path={path}; Domain=apps.example.org; Secure", lines);
            }
        }
    }

    [Theory]
    [InlineData("__Host-mfa_session")]
    [InlineData("mfa_browser")]
    [InlineData("a; Path=/")]
    [InlineData("a b")]
    [InlineData("")]
    public void A_name_that_is_none_or_the_gateways_own_stops_the_start(string name)
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationBuilder();
        Microsoft.Extensions.Configuration.MemoryConfigurationBuilderExtensions.AddInMemoryCollection(
            configuration, [new("MfaGateway:Session:SignOutCookies:0", name)]);

        var fault = Assert.Single(MfaGateway.Configuration.GatewayConfigurationReader.Read(configuration.Build()).Faults);

        Assert.StartsWith("MfaGateway:Session:SignOutCookies:0 must be a cookie name", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/app/x", null, null, 200, "no-cache, private")]
    [InlineData("/app/x", "Cache-Control", "max-age=60", 200, "max-age=60")]
    [InlineData("/app/x", "Expires", "Thu, 01 Jan 2099 00:00:00 GMT", 200, null)]
    [InlineData("/app/x", "Pragma", "no-cache", 200, null)]
    [InlineData("/app/x", "ETag", "\"1\"", 200, "no-cache, private")]
    [InlineData("/app/x", "ETag", "\"1\"", 304, null)]
    [InlineData("/app/x", null, null, 404, "no-cache, private")]
    [InlineData("/pub/x", null, null, 200, null)]
    public async Task A_protected_answer_without_rules_is_private_and_asked_for_again(
        string url, string? header, string? value, int status, string? expected)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup =>
            setup.Route("pub", "/pub/{**path}", "Anonymous").Route("app", "/app/{**path}", null));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser, "/app/");
        gateway.Upstream.Answer = context =>
        {
            context.Response.StatusCode = status;
            if (header is not null)
                context.Response.Headers[header] = value;
            return status == StatusCodes.Status304NotModified ? Task.CompletedTask : context.Response.WriteAsync("of ada's");
        };

        var directives = (await browser.GetAsync(url)).Header("Cache-Control")?.Split(", ").Order(StringComparer.Ordinal);
        Assert.Equal(expected, directives is null ? null : string.Join(", ", directives));
    }

    [Fact]
    public async Task An_app_that_says_so_gets_no_cookie_that_it_set_for_another_person()
    {
        await using var gateway = await StartFreshAsync("true");
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        var bob = await (await gateway.AddPersonAsync("bob")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser, "/app/");
        Assert.Equal("none", (await browser.GetAsync("/app/cookie")).Body);
        Assert.Equal("sid=of-ada; theme=\"dark=1\"", (await browser.GetAsync("/app/cookie")).Body);
        await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-out"));

        await bob.SignInAsync(browser, "/app/");
        Assert.Equal("none", (await browser.GetAsync("/app/cookie")).Body);
        Assert.Equal("sid=of-bob; theme=\"dark=1\"", (await browser.GetAsync("/app/cookie")).Body);
        await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-out"));
        Assert.Equal("none", (await browser.GetAsync("/pub/cookie")).Body);

        // What a script set is no one's; what has another's mark is another's.
        browser.Cookies["sid"] = "plain";
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await ada.SignInAsync(browser, "/app/");
        Assert.Equal("none", (await browser.GetAsync("/app/cookie")).Body);
    }

    [Fact]
    public async Task Without_the_setting_cookies_pass_as_they_are()
    {
        await using var gateway = await StartFreshAsync("false");
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser, "/app/");
        await browser.GetAsync("/app/cookie");

        Assert.Equal("of-ada", browser.Cookies["sid"]);
    }

    [Fact]
    public async Task The_cookie_of_session_affinity_is_the_gateways_own_and_stays_good()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("app", "/app/{**path}", "Anonymous")
            .With("MfaGateway:Clusters:app:FreshCookiesPerPerson", "true")
            .With("ReverseProxy:Clusters:app:SessionAffinity:Enabled", "true")
            .With("ReverseProxy:Clusters:app:SessionAffinity:Policy", "Cookie")
            .With("ReverseProxy:Clusters:app:SessionAffinity:AffinityKeyName", ".aff"));
        gateway.Upstream.Answer = context =>
        {
            context.Response.Headers.Append("Set-Cookie", "sid=1; Path=/");
            return context.Response.WriteAsync("ok");
        };
        using var browser = gateway.NewBrowser();
        await browser.GetAsync("/app/");
        var first = browser.Cookies[".aff"];
        var app = browser.Cookies["sid"];

        await browser.GetAsync("/app/");

        Assert.Equal(first, browser.Cookies[".aff"]);
        Assert.DoesNotContain(app[..^1], first, StringComparison.Ordinal);
        Assert.NotEqual("1", app);
    }

    private static async Task<GatewayUnderTest> StartFreshAsync(string value)
    {
        var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("pub", "/pub/{**path}", "Anonymous").Route("app", "/app/{**path}", null)
            .With("MfaGateway:Clusters:app:FreshCookiesPerPerson", value));
        gateway.Upstream.Answer = context =>
        {
            var headers = context.Request.Headers;
            if (context.Request.Path.Value!.EndsWith("/cookie", StringComparison.Ordinal))
            {
                context.Response.Headers.Append("Set-Cookie", $"sid=of-{headers["Remote-User"]}; Path=/; HttpOnly");
                context.Response.Headers.Append("Set-Cookie", "theme=\"dark=1\"; Path=/");
            }

            return context.Response.WriteAsync(headers.Cookie.Count == 0 ? "none" : headers.Cookie.ToString());
        };
        return gateway;
    }
}
