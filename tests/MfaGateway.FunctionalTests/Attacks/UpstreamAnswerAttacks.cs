using System.Net;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Answers of an app that leave HTTP, or can't be read, are neither passed on nor written into a log.</summary>
public sealed class UpstreamAnswerAttacks : IAsyncLifetime
{
    private const string Secret = "s3cr3t-of-the-app";

    private readonly SocketUpstream app = new();
    private readonly CapturedLogs logs = new();
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
        setup.Logs = logs;
        setup.Route("pub", "/{**path}", "Anonymous").Route("down", "/down/{**path}", "Anonymous")
            .With("ReverseProxy:Routes:down:ClusterId", "down")
            .With("ReverseProxy:Clusters:down:Destinations:one:Address", "http://127.0.0.1:1/")
            .With("ReverseProxy:Clusters:app:Destinations:one:Address", app.Address.ToString());
    });

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (gateway is not null)
            await gateway.DisposeAsync();
        await app.DisposeAsync();
        logs.Dispose();
    }

    [Theory]
    [InlineData(null, "Connection: Upgrade\r\nUpgrade: websocket\r\n", 502)]
    [InlineData(null, "", 502)]
    [InlineData("websocket", "", 502)]
    [InlineData("websocket", "Connection: Upgrade\r\nUpgrade: h2c\r\n", 502)]
    [InlineData("websocket", "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n", 502)]
    [InlineData("websocket", "Connection: Upgrade\r\nUpgrade: WebSocket\r\n", 101)]
    public async Task A_switch_of_protocols_that_was_not_asked_for_is_not_passed_on(string? asked, string answer, int status)
    {
        app.Converse = async connection =>
        {
            await connection.HearHeadAsync();
            await connection.SayAsync($"HTTP/1.1 101 Switching Protocols\r\n{answer}\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        };
        var upgrade = asked is null ? "" : $"Connection: Upgrade\r\nUpgrade: {asked}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

        var response = await RawHttp.SendOverTlsAsync(
            IPEndPoint.Parse($"127.0.0.1:{gateway!.Address.Port}"), $"GET /x HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\n{upgrade}\r\n", TestContext.Current.CancellationToken);

        Assert.StartsWith($"HTTP/1.1 {status}", response, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_switch_of_protocols_that_was_not_asked_for_is_not_passed_on_over_HTTP2()
    {
        app.Converse = async connection =>
        {
            await connection.HearHeadAsync();
            await connection.SayAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        };

        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(gateway!.Address, "/x")));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [Theory]
    [InlineData("connect-udp")]
    [InlineData("webtransport")]
    [InlineData("h2c")]
    public async Task An_extended_CONNECT_asks_for_websocket_alone(string protocol)
    {
        var before = app.Connections;
        var request = new HttpRequestMessage(HttpMethod.Connect, new Uri(gateway!.Address, "/x"));
        request.Headers.Protocol = protocol;

        using var answer = await SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(before, app.Connections);
    }

    [Fact]
    public async Task Trailers_are_not_announced_to_the_app()
    {
        string? head = null;
        app.Converse = async connection =>
        {
            head = await connection.HearAsync();
            await connection.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        };

        var response = await RawHttp.SendOverTlsAsync(
            IPEndPoint.Parse($"127.0.0.1:{gateway!.Address.Port}"),
            $"POST /x HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nTransfer-Encoding: chunked\r\nTrailer: Remote-User\r\n\r\n1\r\nx\r\n0\r\nRemote-User: root\r\n\r\n",
            TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 200", response, StringComparison.Ordinal);
        Assert.Empty(RawHttp.Values(head!, "Trailer"));
        Assert.DoesNotContain("root", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nSet-Cookie sid=" + Secret + "\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nSet Cookie: sid=" + Secret + "\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: sid=" + Secret + "\r\n\r\n")]
    [InlineData("HTTP/1.1 two hundred " + Secret + "\r\n\r\n")]
    [InlineData("Set-Cookie: sid=" + Secret + "\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: " + Secret + "\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Secret + "\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n" + Secret + "\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nSet-Cookie sid=" + Secret + "\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + Secret)]
    public async Task An_answer_that_cannot_be_read_is_in_no_log(string answer)
    {
        app.Converse = async connection =>
        {
            await connection.HearHeadAsync();
            await connection.SayAsync(answer);
        };

        var failure = await Record.ExceptionAsync(async () =>
        {
            using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(gateway!.Address, "/x")));
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        });

        Assert.True(failure is null or HttpRequestException or IOException, failure?.ToString());
        await Eventually.IsAsync(() => Task.FromResult(logs.Lines.Any(line => line.StartsWith("Warning MfaGateway.Proxying.ReportFailures", StringComparison.Ordinal))));
        Assert.DoesNotContain(logs.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Why_an_app_was_not_reached_is_in_the_log()
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(gateway!.Address, "/down/x")));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        var line = Assert.Single(logs.Lines, line => line.StartsWith("Warning MfaGateway.Proxying.ReportFailures", StringComparison.Ordinal));
        Assert.Contains("to down at one", line, StringComparison.Ordinal);
        Assert.Contains("refused", line, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        return client.SendAsync(request, TestContext.Current.CancellationToken).WaitAsync(PassThroughGateway.Patience, TimeProvider.System);
    }
}
