using System.Net;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>One answer of one app that would change what the browser does with the whole origin, the sign-in pages included.</summary>
public sealed class OriginWideAttacks
{
    private const string Allow = "ReverseProxy:Routes:app:Metadata:MfaGateway.AllowOriginHeaders";
    private const string AllowWorkers = "ReverseProxy:Routes:app:Metadata:MfaGateway.AllowServiceWorkers";

    public static TheoryData<string, string> OriginWide => new()
    {
        { "Service-Worker-Allowed", "/" },
        { "NEL", "{\"report_to\":\"x\",\"max_age\":31536000,\"include_subdomains\":true}" },
        { "Report-To", "{\"group\":\"x\",\"max_age\":31536000,\"endpoints\":[{\"url\":\"https://evil.example/r\"}]}" },
        { "Reporting-Endpoints", "x=\"https://evil.example/r\"" },
        { "Alt-Svc", "h3=\"evil.example:443\"; ma=31536000" },
        { "Public-Key-Pins", "pin-sha256=\"d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM=\"; max-age=31536000" },
        { "Expect-CT", "max-age=31536000, enforce" },
        { "Secure-Session-Registration", "(ES256);path=\"/start\"" },
        { "Strict-Transport-Security", "max-age=0" },
        { "Strict-Transport-Security", "max-age=31535999" },
        { "Strict-Transport-Security", "max-age=\"0\"; includeSubDomains" },
        { "Strict-Transport-Security", "max-age=63072000; max-age=0" },
        { "Strict-Transport-Security", "max-age=0, max-age=63072000" },
        { "Strict-Transport-Security", "includeSubDomains" },
        { "Strict-Transport-Security", "MAX-AGE = 1" },
        { "strict-transport-security", "max-age=-1" },
    };

    [Theory]
    [MemberData(nameof(OriginWide))]
    public async Task What_acts_on_the_whole_origin_does_not_reach_the_browser(string name, string value)
    {
        await using var gateway = await StartAsync(name, [value]);
        using var browser = gateway.NewBrowser();

        var answer = await browser.GetAsync("/x");

        Assert.Equal("app", answer.Body);
        Assert.Null(answer.Header(name));
        Assert.Equal("kept", answer.Header("X-App"));
    }

    [Fact]
    public async Task Of_two_lines_that_differ_neither_passes()
    {
        await using var gateway = await StartAsync("Strict-Transport-Security", ["max-age=0", "max-age=63072000"]);
        using var browser = gateway.NewBrowser();

        Assert.Null((await browser.GetAsync("/x")).Header("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("max-age=31536000")]
    [InlineData("max-age=63072000; includeSubDomains; preload")]
    [InlineData("includeSubDomains; MAX-AGE=\"63072000\"")]
    public async Task An_app_may_ask_for_https_for_longer_but_not_over_plain_http(string value)
    {
        await using var gateway = await StartAsync("Strict-Transport-Security", [value]);
        await using var plain = await StartAsync("Strict-Transport-Security", [value], https: false);
        using var browser = gateway.NewBrowser();
        using var other = plain.NewBrowser();

        Assert.Equal(value, (await browser.GetAsync("/x")).Header("Strict-Transport-Security"));
        Assert.Null((await other.GetAsync("/x")).Header("Strict-Transport-Security"));
    }

    [Fact]
    public async Task A_route_may_allow_single_headers_by_name()
    {
        await using var gateway = await StartAsync("NEL", ["{}"], (Allow, "nel, Strict-Transport-Security"));
        gateway.Upstream.Answer = context =>
        {
            context.Response.Headers["NEL"] = "{}";
            context.Response.Headers["Report-To"] = "{}";
            context.Response.Headers.StrictTransportSecurity = "max-age=0";
            return context.Response.WriteAsync("app");
        };
        using var browser = gateway.NewBrowser();

        var answer = await browser.GetAsync("/x");

        Assert.Equal("{}", answer.Header("NEL"));
        Assert.Null(answer.Header("Report-To"));
        Assert.Equal("max-age=0", answer.Header("Strict-Transport-Security"));
    }

    [Fact]
    public async Task What_an_app_says_of_its_own_page_passes()
    {
        string[] own =
        [
            "Origin-Agent-Cluster", "Accept-CH", "Critical-CH", "Speculation-Rules", "Link", "Document-Isolation-Policy", "Permissions-Policy", "Refresh",
            "Cross-Origin-Opener-Policy", "Content-Security-Policy",
        ];
        await using var gateway = await StartAsync("X-Other", ["1"]);
        gateway.Upstream.Answer = context =>
        {
            foreach (var name in own)
                context.Response.Headers[name] = "value";
            return context.Response.WriteAsync("app");
        };
        using var browser = gateway.NewBrowser();

        var answer = await browser.GetAsync("/x");

        Assert.All(own, name => Assert.Equal((name, "value"), (name, answer.Header(name))));
    }

    [Theory]
    [InlineData("same-origin", null, "same-origin-allow-popups")]
    [InlineData(" same-origin ", null, "same-origin-allow-popups")]
    [InlineData("same-origin; report-to=\"x\"", null, "same-origin-allow-popups; report-to=\"x\"")]
    [InlineData("same-origin;report-to=\"x\"", "unsafe-none", "same-origin-allow-popups;report-to=\"x\"")]
    [InlineData("same-origin", "require-corp, require-corp", "same-origin-allow-popups")]
    [InlineData("same-origin", "Require-Corp", "same-origin-allow-popups")]
    [InlineData("same-origin", "require-corp; report-to=x y", "same-origin-allow-popups")]
    [InlineData("same-origin", "require-corp", "same-origin")]
    [InlineData("same-origin", "credentialless; report-to=\"x\"", "same-origin")]
    [InlineData("same-origin-allow-popups", null, "same-origin-allow-popups")]
    [InlineData("noopener-allow-popups", null, "noopener-allow-popups")]
    [InlineData("unsafe-none", null, "unsafe-none")]
    public async Task No_page_of_an_app_stays_tied_to_pages_of_the_gateway_in_browsers_that_cannot_cut_it(string opener, string? embedder, string expected)
    {
        await using var gateway = await StartAsync("X-Other", ["1"]);
        gateway.Upstream.Answer = context =>
        {
            context.Response.Headers["Cross-Origin-Opener-Policy"] = opener;
            if (embedder is not null)
                context.Response.Headers["Cross-Origin-Embedder-Policy"] = embedder;
            return context.Response.WriteAsync("app");
        };
        using var browser = gateway.NewBrowser();

        Assert.Equal(expected, (await browser.GetAsync("/x")).Header("Cross-Origin-Opener-Policy")!.Trim());
        var cuts = await browser.GetAsync("/x", request => request.Headers.Add("Sec-CH-UA", "\"Chromium\";v=\"156\""));
        Assert.Equal(opener.Trim(), cuts.Header("Cross-Origin-Opener-Policy")!.Trim());
    }

    [Fact]
    public async Task A_route_may_let_an_app_keep_its_own_opener_policy()
    {
        await using var gateway = await StartAsync("Cross-Origin-Opener-Policy", ["same-origin"], (Allow, "Cross-Origin-Opener-Policy"));
        using var browser = gateway.NewBrowser();

        Assert.Equal("same-origin", (await browser.GetAsync("/x")).Header("Cross-Origin-Opener-Policy"));
    }

    [Theory]
    [InlineData("/sw.js", true)]
    [InlineData("/sw.js?v=1/2", true)]
    [InlineData("/_mfa.js", true)]
    [InlineData("/app/sw.js", false)]
    [InlineData("/_mf/sw.js", false)]
    [InlineData("/app/sw.js?next=/", false)]
    public async Task A_service_worker_that_would_reach_the_pages_is_refused(string script, bool reaches)
    {
        await using var gateway = await StartAsync("X-Other", ["1"]);
        using var browser = gateway.NewBrowser();

        foreach (var (name, value) in new[] { ("Sec-Fetch-Dest", "serviceworker"), ("Service-Worker", "script") })
        {
            var answer = await browser.GetAsync(script, request =>
            {
                request.Headers.Accept.Clear();
                request.Headers.Add(name, value);
            });

            Assert.Equal((name, reaches ? HttpStatusCode.Forbidden : HttpStatusCode.OK), (name, answer.Status));
            Assert.Equal(reaches, answer.Body.Contains("MfaGateway.AllowServiceWorkers", StringComparison.Ordinal));
        }

        Assert.Equal(reaches ? 0 : 2, gateway.Upstream.Requests.Count);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(script)).Status);
    }

    [Theory]
    [InlineData("/sw.js", true)]
    [InlineData("/auth/sw.js", true)]
    [InlineData("/AUTH/sw.js", true)]
    [InlineData("/%61uth/sw.js", true)]
    [InlineData("/auth/app/sw.js", false)]
    public async Task With_a_prefix_of_two_segments_a_worker_of_the_first_one_reaches_too(string script, bool reaches)
    {
        await using var gateway = await StartAsync("X-Other", ["1"], ("MfaGateway:PathPrefix", "/auth/mfa"));
        using var browser = gateway.NewBrowser();

        var answer = await browser.GetAsync(script, request => request.Headers.Add("Service-Worker", "script"));

        Assert.Equal(reaches ? HttpStatusCode.Forbidden : HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task A_route_may_allow_service_workers_and_their_wider_reach()
    {
        await using var gateway = await StartAsync("Service-Worker-Allowed", ["/"], (AllowWorkers, "true"));
        using var browser = gateway.NewBrowser();

        var answer = await browser.GetAsync("/sw.js", request => request.Headers.Add("Service-Worker", "script"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("/", answer.Header("Service-Worker-Allowed"));
    }

    [Theory]
    [InlineData(Allow, "Set-Cookie", "must name some of NEL")]
    [InlineData(AllowWorkers, "yes", "must be true or false")]
    public async Task What_the_metadata_cannot_mean_stops_the_start_and_is_found_by_the_check(string key, string value, string expected)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ReverseProxy:Clusters:app:Destinations:one:Address"] = "http://127.0.0.1:9/",
            ["ReverseProxy:Routes:app:ClusterId"] = "app",
            ["ReverseProxy:Routes:app:Match:Path"] = "/{**path}",
            [key] = value,
        };
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationBuilder();
        Microsoft.Extensions.Configuration.MemoryConfigurationBuilderExtensions.AddInMemoryCollection(configuration, settings);

        var reading = await MfaGateway.Configuration.GatewayConfigurationReader.ReadWithProxyAsync(configuration.Build(), TestContext.Current.CancellationToken);

        var fault = Assert.Single(reading.Faults);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.Contains($"\"{value}\"", fault, StringComparison.Ordinal);
    }

    private static async Task<GatewayUnderTest> StartAsync(string name, string[] values, params (string Key, string Value)[] settings) =>
        await StartAsync(name, values, https: true, settings);

    private static async Task<GatewayUnderTest> StartAsync(string name, string[] values, bool https, params (string Key, string Value)[] settings)
    {
        var gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = https;
            setup.Route("app", "/{**path}", "Anonymous");
            foreach (var (key, value) in settings)
                setup.With(key, value);
        });
        gateway.Upstream.Answer = context =>
        {
            context.Response.Headers[name] = values;
            context.Response.Headers["X-App"] = "kept";
            return context.Response.WriteAsync("app");
        };
        return gateway;
    }
}
