using System.Net;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>The forwarder makes a GET of what asks for a WebSocket. Routes that are open to one method alone must not open GET by it.</summary>
public sealed class UpgradeMethodAttacks : IAsyncLifetime
{
    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = PassThroughGateway.IsTestCertificate },
    });

    private GatewayUnderTest? gateway;

    public async ValueTask InitializeAsync() => gateway = await GatewayUnderTest.StartAsync(setup =>
    {
        setup.Https = true;
        setup.Route("app", "/app/{**path}", "two-factor")
            .Route("preflights", "/app/{**path}", "Anonymous")
            .With("ReverseProxy:Routes:preflights:Match:Methods:0", "OPTIONS")
            .With("ReverseProxy:Routes:preflights:Match:Methods:1", "POST")
            .Route("reading", "/notes/{**path}", "two-factor")
            .With("ReverseProxy:Routes:reading:Match:Methods:0", "GET")
            .With("ReverseProxy:Routes:reading:Match:Methods:1", "HEAD")
            .Route("hooks", "/notes/{**path}", "Anonymous")
            .Route("public", "/public/{**path}", "Anonymous");
    });

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await gateway!.DisposeAsync();
    }

    [Theory]
    [InlineData("OPTIONS", "/app/secret", "websocket")]
    [InlineData("OPTIONS", "/app/secret", "WebSocket")]
    [InlineData("OPTIONS", "/app/secret", "SPDY/3.1")]
    [InlineData("POST", "/app/secret", "websocket")]
    [InlineData("POST", "/app/secret", "h2c, websocket")]
    [InlineData("DELETE", "/notes/secret", "websocket")]
    [InlineData("PROPFIND", "/notes/secret", "spdy/3.1")]
    [InlineData("GET", "/public/x", "SPDY/3.1, h2c")]
    [InlineData("GET", "/public/x", "SPDY/3.1,TLS/1.0")]
    [InlineData("GET", "/public/x", "SPDY/3.1\r\nUpgrade: h2c")]
    public async Task A_switch_of_protocols_by_another_method_or_to_one_of_several_reaches_no_app(string method, string path, string protocol)
    {
        var answer = await SendAsync($"{method} {path} HTTP/1.1\r\nHost: {gateway!.Address.Authority}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: {protocol}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_preflight_and_an_offer_of_HTTP2_arrive_with_their_method()
    {
        var authority = gateway!.Address.Authority;
        Assert.StartsWith("HTTP/1.1 200", await SendAsync($"OPTIONS /app/x HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 200",
            await SendAsync($"OPTIONS /app/x HTTP/1.1\r\nHost: {authority}\r\nConnection: close, Upgrade\r\nUpgrade: h2c\r\n\r\n"), StringComparison.Ordinal);
        Assert.All(gateway.Upstream.Requests, request => Assert.Equal("OPTIONS", request.Method));
    }

    [Fact]
    public async Task A_WebSocket_over_HTTP2_is_judged_as_the_GET_that_the_app_gets()
    {
        using var request = new HttpRequestMessage(HttpMethod.Connect, new Uri(gateway!.Address, "/notes/secret"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Protocol = "websocket";

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(gateway.Upstream.Requests);
    }

    private Task<string> SendAsync(string request) =>
        RawHttp.SendOverTlsAsync(IPEndPoint.Parse($"127.0.0.1:{gateway!.Address.Port}"), request, TestContext.Current.CancellationToken);
}
