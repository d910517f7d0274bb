using System.Globalization;
using System.Net;
using MfaGateway.Configuration;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Headers by which a client claims to be a trusted proxy, or another address, scheme or path.</summary>
public sealed class ForwardedClientAdvisories(ReplayGateway gateway) : IClassFixture<ReplayGateway>
{
    private const string Client = "src/MfaGateway/Hardening/ForwardedClientMiddleware.cs";
    private const string Rules = "src/MfaGateway.Core/IdentityHeaders/InboundHeaderRules.cs";

    [Fact]
    [Advisory("CVE-2026-40575", "oauth2-proxy", "X-Forwarded-Uri of a client's making is matched against the rules for public paths instead of the path", Rules)]
    public async Task A_claimed_path_opens_nothing_and_is_not_passed_on()
    {
        foreach (var name in new[] { "X-Forwarded-Uri", "X-Original-URL", "X-Rewrite-URL", "X-Original-URI" })
        {
            var refused = await gateway.GetAsync("/admin/x", $"{name}: /docs/secret/images\r\n");
            Assert.Equal(401, refused.Status);
            Assert.Empty(refused.Forwarded);

            // An app that believes it would serve another path than the one that was judged.
            Assert.Empty((await gateway.GetAsync("/page", $"{name}: /admin/x\r\n")).Values(name));
        }
    }

    [Theory]
    [Advisory("CVE-2026-76835", "oauth2-proxy", "Every address counts as a trusted proxy by default, so that every client's forwarded headers are believed", "src/MfaGateway/Configuration/GatewayConfigurationReader.cs")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    public async Task The_whole_internet_is_no_trusted_proxy(string network)
    {
        var refused = await Assert.ThrowsAsync<ConfigurationFaultsException>(() => GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:TrustedProxies:0", network)));
        Assert.Contains("TrustedProxies", refused.Message, StringComparison.Ordinal);

        await using var started = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:TrustedProxies:0", "10.0.0.0/8"));
    }

    [Theory]
    [Advisory("CVE-2026-35051", "Traefik", "X-Forwarded-Prefix is neither removed nor set anew where forwarded headers are not trusted", "src/MfaGateway/Proxying/IdentityHeaderTransforms.cs")]
    [Advisory("CVE-2024-52003", "Traefik", "X-Forwarded-Prefix of a client's making leads a redirect to another host", "src/MfaGateway/Proxying/IdentityHeaderTransforms.cs")]
    [InlineData("X-Forwarded-Prefix: /public")]
    [InlineData("X-Forwarded-Prefix: //evil.example")]
    public async Task A_claimed_prefix_changes_no_redirect_and_is_not_passed_on(string line)
    {
        var challenged = await gateway.GetAsync("/admin/x", $"Accept: text/html\r\n{line}\r\n");
        Assert.Equal(302, challenged.Status);
        Assert.Contains("\r\nLocation: /_mfa/sign-in?returnUrl=%2Fadmin%2Fx\r\n", challenged.Text, StringComparison.Ordinal);

        Assert.Empty((await gateway.GetAsync("/page", line + "\r\n")).Values("X-Forwarded-Prefix"));
    }

    [Fact]
    [Advisory("CVE-2026-54764", "Traefik", "X-Forwarded-Port is made of the X-Forwarded-Proto that a client claims", Client)]
    public async Task A_claimed_scheme_makes_no_port()
    {
        var received = await gateway.GetAsync("/page", "X-Forwarded-Proto: http\r\nX-Forwarded-Port: 80\r\n");

        Assert.Empty(received.Values("X-Forwarded-Port"));
        Assert.Equal(["https"], received.Values("X-Forwarded-Proto"));
    }

    [Fact]
    [Advisory("CVE-2025-41235", "Spring Cloud Gateway", "Forwarded headers of clients that are no trusted proxies are passed on to the app", Client)]
    public async Task Forwarded_headers_of_a_client_are_not_passed_on()
    {
        var received = await gateway.GetAsync("/page", "X-Forwarded-For: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\nX-Forwarded-Host: evil.example\r\n");

        Assert.Equal(["127.0.0.1"], received.Values("X-Forwarded-For"));
        Assert.Equal([gateway.Authority], received.Values("X-Forwarded-Host"));
        Assert.Empty(received.Values("Forwarded"));
    }

    [Fact]
    [Advisory("CVE-2026-32762", "Rack", "Semicolons in Forwarded bring a host and a scheme into what the app takes for an address", "src/MfaGateway/Proxying/IdentityHeaderTransforms.cs")]
    public async Task Forwarded_does_not_reach_the_app()
    {
        var received = await gateway.GetAsync("/page", "Forwarded: for=\"1.2.3.4;host=evil.example;proto=http\"\r\nForwarded: host=evil.example\r\n");

        Assert.Empty(received.Values("Forwarded"));
        Assert.DoesNotContain("evil.example", received.AtTheApp, StringComparison.Ordinal);
    }

    [Fact]
    [Advisory("CVE-2026-85751", "Mailu", "The app signs in the user of a header where X-Forwarded-By names a trusted proxy, which any client can write", Rules)]
    public async Task A_client_does_not_name_the_proxy_that_it_claims_to_be()
    {
        var received = await gateway.GetAsync("/page", "X-Forwarded-By: 127.0.0.1\r\nX_Forwarded_By: 127.0.0.1\r\n");

        Assert.Empty(received.Values("X-Forwarded-By"));
        Assert.Empty(received.Values("X_Forwarded_By"));
    }

    [Fact]
    [Advisory("CVE-2023-36456", "authentik", "The address that policies look at is taken from a header of the client", Client)]
    [Advisory("CVE-2024-21494", "caddy-security", "X-Forwarded-For of a client's making passes a rule by address", Client)]
    public async Task A_claimed_address_is_in_no_network()
    {
        await using var inner = await StartInnerAsync();
        using var browser = inner.NewBrowser();
        browser.ForwardedFor = "10.1.1.1";
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/inner/")).Status);

        await using var trusting = await StartInnerAsync("127.0.0.0/8");
        using var proxied = trusting.NewBrowser();
        proxied.ForwardedFor = "10.1.1.1";
        Assert.Equal(HttpStatusCode.Found, (await proxied.GetAsync("/inner/")).Status);
    }

    [Theory]
    [Advisory("CVE-2024-47070", "authentik", "X-Forwarded-For that cannot be parsed switches off the checks that need the address", Client)]
    [InlineData("10.1.1.1, garbage", HttpStatusCode.Forbidden)]
    [InlineData("a", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.Forbidden)]
    [InlineData("10.1.1.1:port", HttpStatusCode.Forbidden)]
    [InlineData("10.1.1.1", HttpStatusCode.Found)]
    public async Task An_address_that_cannot_be_parsed_is_in_no_network(string forwardedFor, HttpStatusCode expected)
    {
        await using var inner = await StartInnerAsync("127.0.0.0/8");
        using var browser = inner.NewBrowser();

        var answer = await browser.GetAsync("/inner/", request =>
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
            request.Headers.Add("X-Forwarded-Proto", "https");
        });

        Assert.Equal(expected, answer.Status);
    }

    [Fact]
    [Advisory("CVE-2026-29794", "Vikunja", "A limit by address is evaded by another X-Forwarded-For with each guess", Client)]
    public async Task A_limit_by_address_counts_the_address_of_the_socket()
    {
        await using var product = await GatewayUnderTest.StartAsync(setup => setup.Https = true);
        using var stranger = product.NewBrowser();
        var form = await stranger.OpenAsync("/");

        var statuses = new List<HttpStatusCode>();
        for (var guess = 0; guess < 11; guess++)
        {
            var (action, values) = form.Form(("username", $"name{guess}"), ("password", "the-Wrong-Teapot-17"));
            statuses.Add((await stranger.PostAsync(action, values, request =>
                request.Headers.Add("X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"198.51.100.{guess}")))).Status);
        }

        Assert.All(statuses[..10], status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[10]);
    }

    [Fact]
    [Advisory("CVE-2026-91164", "Warpgate", "A credential that was got in an allowed network is good outside of it, because another way in does not look at the network", "src/MfaGateway.Core/Access/AccessEvaluator.cs")]
    public async Task A_session_of_an_allowed_network_is_refused_elsewhere()
    {
        await using var inner = await StartInnerAsync("127.0.0.0/8");
        var ada = await (await inner.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = inner.NewBrowser();
        browser.ForwardedFor = "10.1.1.1";
        Assert.Equal("hello from upstream", (await ada.SignInAsync(browser, "/inner/")).Body);

        browser.ForwardedFor = "203.0.113.9";
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/inner/")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/inner/", request => request.Headers.Accept.Clear())).Status);
        browser.ForwardedFor = "10.9.9.9";
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/inner/")).Status);
    }

    [Theory]
    [InlineData("ws", "http")]
    [InlineData("wss", "https")]
    public async Task A_trusted_proxy_that_names_the_scheme_of_a_WebSocket_names_that_of_its_page(string named, string scheme)
    {
        await using var product = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            setup.Route("app", "/{**path}", "Anonymous").With("MfaGateway:TrustedProxies:0", "127.0.0.0/8");
        });
        using var browser = product.NewBrowser();

        await browser.GetAsync("/page", request => request.Headers.Add("X-Forwarded-Proto", named));

        Assert.Equal(scheme, product.Upstream.Last.Headers["X-Forwarded-Proto"]);
    }

    private static Task<GatewayUnderTest> StartInnerAsync(string? trusted = null) => GatewayUnderTest.StartAsync(setup => setup
        .Route("inner", "/inner/{**path}", "inner")
        .With("MfaGateway:Policies:inner:Networks:0", "10.0.0.0/8")
        .With("MfaGateway:TrustedProxies:0", trusted ?? "192.0.2.0/24"));
}
