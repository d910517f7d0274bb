using System.Net;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaGateway.FunctionalTests.Pages;

public sealed class SecurityHeaderTests
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

    [Theory]
    [InlineData("/_mfa/sign-in", 200)]
    [InlineData("/_mfa/sign-out", 303)]
    [InlineData("/_mfa/challenge/totp", 303)]
    [InlineData("/_mfa/no-such-page", 404)]
    [InlineData("/_mfa/assets/site.css", 200)]
    [InlineData("/_mfa/assets/no-such-file", 404)]
    [InlineData("/_mfa/.well-known/jwks.json", 200)]
    [InlineData("/_mfa/health/live", 200)]
    [InlineData("/notes", 302)]
    [InlineData("/notes/%1f", 400)]
    [InlineData("/closed/x", 403)]
    [InlineData("/dead/x", 502)]
    public async Task Every_response_of_the_gateways_own_carries_them(string url, int status)
    {
        await using var gateway = await StartAsync();
        using var browser = gateway.NewBrowser();

        var visit = await browser.GetAsync(url);

        Assert.Equal(status, (int)visit.Status);
        AssertOurs(visit);
    }

    [Fact]
    public async Task The_script_of_the_page_that_waits_for_a_link_alone_may_ask_the_gateway()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:MagicCode:Enabled", "true").With("MfaGateway:PublicOrigin", "http://127.0.0.1"));
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-in/code"), ("email", "ada@example.org"));

        Assert.Equal($"{Policy}; connect-src 'self'", (await browser.GetAsync("/_mfa/challenge/code/wait")).Header("Content-Security-Policy"));
        Assert.Equal(Policy, (await browser.GetAsync("/_mfa/challenge/code/wait?still=true")).Header("Content-Security-Policy"));
        Assert.Equal(Policy, (await browser.GetAsync("/_mfa/challenge/code")).Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task So_do_a_problem_for_a_program_and_a_refused_post()
    {
        await using var gateway = await StartAsync();
        using var browser = gateway.NewBrowser();

        var problem = await browser.GetAsync("/notes", request => request.Headers.Add("Sec-Fetch-Mode", "cors"));
        var refused = await browser.PostAsync("/_mfa/sign-in", []);

        Assert.Equal(HttpStatusCode.Unauthorized, problem.Status);
        AssertOurs(problem);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        AssertOurs(refused);
    }

    [Fact]
    public async Task What_an_app_answers_keeps_its_own_headers_and_gets_none_of_ours()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.Headers.ContentSecurityPolicy = "default-src 'self' https://cdn.example";
            context.Response.Headers.CacheControl = "public, max-age=60";
            return Task.CompletedTask;
        };
        using var browser = gateway.NewBrowser();

        var visit = await browser.GetAsync("/open/x");

        Assert.Equal(HttpStatusCode.NotFound, visit.Status);
        Assert.Empty(visit.Body);
        Assert.Equal("default-src 'self' https://cdn.example", visit.Header("Content-Security-Policy"));
        Assert.Equal("public, max-age=60", visit.Header("Cache-Control"));
        foreach (var ours in new[] { "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "X-Content-Type-Options" })
            Assert.Null(visit.Header(ours));
    }

    [Fact]
    public async Task Over_https_the_browser_is_told_to_stay_there_and_cookies_are_of_this_host_alone()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Https = true);
        using var browser = gateway.NewBrowser();

        var visit = await browser.GetAsync("/_mfa/sign-in");

        Assert.Equal("max-age=31536000", visit.Header("Strict-Transport-Security"));
        var cookie = visit.Header("Set-Cookie")!;
        Assert.StartsWith("__Host-mfa_request=", cookie, StringComparison.Ordinal);
        foreach (var attribute in new[] { "path=/", "secure", "httponly", "samesite=lax" })
            Assert.Contains(attribute, cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
    }

    private static Task<GatewayUnderTest> StartAsync() => GatewayUnderTest.StartAsync(setup => setup
        .Route("open", "/open/{**path}", "Anonymous")
        .Route("closed", "/closed/{**path}", "deny")
        .Route("dead", "/dead/{**path}", "Anonymous")
        .Route("app", "/{**path}", null)
        .With("ReverseProxy:Routes:dead:ClusterId", "dead")
        .With("ReverseProxy:Clusters:dead:Destinations:one:Address", "http://127.0.0.1:9/"));

    private static void AssertOurs(Visit visit)
    {
        Assert.Equal(Policy, visit.Header("Content-Security-Policy"));
        Assert.Equal("nosniff", visit.Header("X-Content-Type-Options"));
        Assert.Equal("DENY", visit.Header("X-Frame-Options"));
        Assert.Equal("no-referrer", visit.Header("Referrer-Policy"));
        Assert.Equal("same-origin", visit.Header("Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", visit.Header("Cross-Origin-Resource-Policy"));
        Assert.Null(visit.Header("Strict-Transport-Security"));
        var mayBeKept = visit.Url.Contains("/assets/site", StringComparison.Ordinal) || visit.Url.Contains("/.well-known/", StringComparison.Ordinal);
        if (!mayBeKept)
            Assert.Contains("no-store", visit.Header("Cache-Control"), StringComparison.Ordinal);
    }
}
