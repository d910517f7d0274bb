using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using MfaGateway.FunctionalTests.Proxying;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>
/// Bytes that an app leaves unread, or sends unasked, must not become another client's request or another client's answer.
/// </summary>
public sealed class LeftoverBodyAttacks(CarelessGateway gateway) : IClassFixture<CarelessGateway>, IDisposable
{
    private const string Smuggled = "GET /admin/delete HTTP/1.1\r\nHost: app\r\nRemote-User: root\r\n\r\n";

    public static TheoryData<string, string> Versions => new()
    {
        { "POST", "1.1" }, { "POST", "2.0" }, { "DELETE", "1.1" }, { "DELETE", "2.0" }, { "PROPFIND", "1.1" }, { "PATCH", "2.0" },
    };

    public void Dispose() => gateway.Reset();

    [Theory]
    [InlineData("GET", "1.1", false)]
    [InlineData("GET", "1.1", true)]
    [InlineData("GET", "2.0", false)]
    [InlineData("GET", "2.0", true)]
    [InlineData("HEAD", "1.1", false)]
    [InlineData("HEAD", "2.0", true)]
    [InlineData("OPTIONS", "1.1", true)]
    [InlineData("OPTIONS", "2.0", false)]
    public async Task A_body_on_a_safe_method_is_refused(string method, string version, bool isChunked)
    {
        using var answer = await gateway.RespondAsync("/pub/x", new HttpMethod(method), Body(isChunked), Version.Parse(version));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(gateway.Heads);
        if (method != "HEAD")
            Assert.Contains("body-not-allowed", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_safe_method_without_a_body_passes(string version)
    {
        Assert.Equal("200 GET /pub/x", await gateway.SendAsync("/pub/x", HttpMethod.Get, version: Version.Parse(version)));
        Assert.Equal("200 OPTIONS /pub/x", await gateway.SendAsync("/pub/x", HttpMethod.Options, version: Version.Parse(version)));
        // Over HTTP/2 the end of an empty body may come in a frame of its own.
        if (version == "2.0")
            Assert.Equal("200 GET /pub/x", await gateway.SendAsync("/pub/x", HttpMethod.Get, new PiecemealEnd(), HttpVersion.Version20));
    }

    [Fact]
    public async Task A_route_may_allow_bodies_on_safe_methods()
    {
        Assert.Equal("200 GET /bodies/x", await gateway.SendAsync("/bodies/x", HttpMethod.Get, Body(isChunked: false)));
        Assert.Equal("200 GET /bodies/y", await gateway.SendAsync("/bodies/y", HttpMethod.Get));

        Assert.Equal(["GET /bodies/x", "GET /bodies/y"], gateway.Heads.Select(CarelessGateway.LineOf));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_body_that_the_app_leaves_unread_is_not_handled_as_a_request(string method, string version)
    {
        foreach (var isChunked in new[] { false, true })
        {
            gateway.Reset();
            Assert.Equal($"200 {method} /pub/x", await gateway.SendAsync("/pub/x", new HttpMethod(method), Body(isChunked), Version.Parse(version)));
            Assert.Equal("200 GET /pub/hers", await gateway.SendAsync("/pub/hers", HttpMethod.Get));

            Assert.Equal([$"{method} /pub/x", "GET /pub/hers"], gateway.Heads.Select(CarelessGateway.LineOf));
            Assert.Equal(["close"], RawHttp.Values(gateway.Heads.First(), "Connection"));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_app_that_keeps_the_connection_all_the_same_shifts_no_answers(string method, string version)
    {
        gateway.ClosesWhenAsked = false;
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal($"200 {method} /pub/x", await gateway.SendAsync("/pub/x", new HttpMethod(method), Body(isChunked: false), Version.Parse(version)));
            Assert.Equal("200 GET /pub/hers", await gateway.SendAsync("/pub/hers", HttpMethod.Get));
        }
    }

    [Theory]
    [InlineData("404 Not Found", false)]
    [InlineData("302 Found", false)]
    [InlineData("302 Found", true)]
    public async Task An_early_answer_arrives_and_the_rest_of_the_body_reaches_no_one(string status, bool expectsContinue)
    {
        gateway.Answer = async (connection, head) =>
        {
            var answer = head.StartsWith("POST", StringComparison.Ordinal) ? $"HTTP/1.1 {status}\r\nLocation: /pub/z\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown";
            await connection.SayAsync(answer);
            return "";
        };

        using var early = await gateway.RespondAsync("/pub/x", HttpMethod.Post, Body(isChunked: false), adjust: request => request.Headers.ExpectContinue = expectsContinue);

        Assert.StartsWith(status[..3], ((int)early.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Equal("200 own", await gateway.SendAsync("/pub/hers", HttpMethod.Get));
        Assert.Equal(["POST /pub/x", "GET /pub/hers"], gateway.Heads.Select(CarelessGateway.LineOf));
    }

    [Theory]
    [InlineData("HEAD", "200 OK\r\nContent-Length: 43", false)]
    [InlineData("HEAD", "200 OK\r\nContent-Length: 43", true)]
    [InlineData("GET", "204 No Content", false)]
    [InlineData("GET", "204 No Content", true)]
    [InlineData("GET", "304 Not Modified\r\nETag: \"1\"", false)]
    [InlineData("GET", "304 Not Modified\r\nETag: \"1\"", true)]
    [InlineData("GET", "103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 304 Not Modified\r\nETag: \"1\"", true)]
    [InlineData("DELETE", "204 No Content", true)]
    public async Task A_body_where_none_may_be_is_not_the_next_clients_answer(string method, string head, bool isLate)
    {
        const string Unasked = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
        gateway.ClosesWhenAsked = false;
        gateway.Answer = async (connection, request) =>
        {
            var isFirst = request.Contains("/pub/x", StringComparison.Ordinal);
            await connection.SayAsync(isFirst ? $"HTTP/1.1 {head}\r\n\r\n{(isLate ? "" : Unasked)}" : "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown");
            return isFirst && isLate ? Unasked : "";
        };
        for (var round = 0; round < 3; round++)
        {
            using var answer = await gateway.RespondAsync("/pub/x", new HttpMethod(method));
            Assert.Equal(head.Split('\n')[^1].StartsWith("ETag", StringComparison.Ordinal), answer.Headers.ETag is not null);
            Assert.Null(answer.Headers.ConnectionClose);
            Assert.Equal("200 own", await gateway.SendAsync("/pub/hers", HttpMethod.Get));
        }
    }

    [Fact]
    public async Task A_late_body_reaches_no_other_client_when_many_wait_for_a_connection()
    {
        gateway.ClosesWhenAsked = false;
        gateway.Answer = async (connection, request) =>
        {
            var isFirst = request.Contains("/pub/x", StringComparison.Ordinal);
            await connection.SayAsync(isFirst ? "HTTP/1.1 304 Not Modified\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown");
            return isFirst ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil" : "";
        };

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => gateway.SendAsync(i % 2 == 0 ? "/pub/x" : "/pub/hers", HttpMethod.Get)));

        Assert.All(answers.Where((_, i) => i % 2 == 1), answer => Assert.Equal("200 own", answer));
    }

    [Fact]
    public async Task A_client_that_leaves_midway_leaves_nothing_on_a_connection()
    {
        gateway.ClosesWhenAsked = false;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Answer = async (connection, head) =>
        {
            if (head.Contains("/pub/x", StringComparison.Ordinal))
                reached.TrySetResult();
            else
                await connection.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown");
            return "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
        };
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, gateway.Address.Port, TestContext.Current.CancellationToken);
            await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, PassThroughGateway.IsTestCertificate);
            await stream.AuthenticateAsClientAsync("localhost");
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"POST /pub/x HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nContent-Length: 500\r\n\r\n{Smuggled}"), TestContext.Current.CancellationToken);
            await reached.Task.WaitAsync(PassThroughGateway.Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal("200 own", await gateway.SendAsync("/pub/hers", HttpMethod.Get));
    }

    [Theory]
    [InlineData("Content-Length: 60\r\n\r\n" + Smuggled)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3c\r\n" + Smuggled + "\r\n0\r\n\r\n")]
    [InlineData("\r\n" + Smuggled)]
    public async Task What_follows_a_request_for_an_upgrade_is_not_a_request_to_the_app(string rest)
    {
        foreach (var method in new[] { "GET", "POST" })
        {
            gateway.Reset();
            var request = $"{method} /pub/x HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{rest}";
            await RawHttp.SendOverTlsAsync(IPEndPoint.Parse($"127.0.0.1:{gateway.Address.Port}"), request, TestContext.Current.CancellationToken);

            Assert.Equal("200 GET /pub/hers", await gateway.SendAsync("/pub/hers", HttpMethod.Get));
            Assert.DoesNotContain("GET /admin/delete", gateway.Heads.Select(CarelessGateway.LineOf));
        }
    }

    [Fact]
    public async Task An_app_that_reads_every_body_keeps_its_connection()
    {
        // Until a cluster has answered for the first time it may be an HTTP/1.0 server, which is asked once a connection.
        Assert.Equal("200 GET /reads/x", await gateway.SendAsync("/reads/x", HttpMethod.Get));
        var before = gateway.Connections;
        gateway.Heads.Clear();
        gateway.Answer = async (connection, head) =>
        {
            await connection.HearOctetsAsync(Smuggled.Length);
            await connection.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            return "";
        };
        for (var round = 0; round < 4; round++)
            Assert.Equal("200 ok", await gateway.SendAsync("/reads/x", HttpMethod.Post, Body(isChunked: false)));

        Assert.Equal(1, gateway.Connections - before);
        Assert.All(gateway.Heads, head => Assert.Empty(RawHttp.Values(head, "Connection")));
    }

    [Theory]
    [InlineData("h2")]
    [InlineData("tls")]
    public async Task An_upstream_of_HTTP2_keeps_its_connection(string route)
    {
        // Until a cluster has answered for the first time it may be an HTTP/1.0 server, which is asked once a connection.
        Assert.Equal("200 HTTP/2", await gateway.SendAsync($"/{route}/x", HttpMethod.Post, Body(isChunked: false)));
        Assert.Equal("200 HTTP/2", await gateway.SendAsync($"/{route}/x", HttpMethod.Get));
        gateway.ModernConnections.Clear();
        for (var round = 0; round < 4; round++)
            Assert.Equal("200 HTTP/2", await gateway.SendAsync($"/{route}/x", HttpMethod.Post, Body(isChunked: round % 2 == 0)));
        using (await gateway.RespondAsync($"/{route}/x", HttpMethod.Head))
            Assert.Single(gateway.ModernConnections.Distinct());
        Assert.Equal(5, gateway.ModernConnections.Count);
    }

    [Fact]
    public async Task An_upstream_of_HTTP1_over_TLS_gets_each_body_on_a_connection_of_its_own()
    {
        for (var round = 0; round < 4; round++)
            Assert.Equal("200 HTTP/1.1", await gateway.SendAsync("/tls1/x", HttpMethod.Post, Body(isChunked: false)));

        Assert.Equal(4, gateway.ModernConnections.Distinct().Count());
    }

    private static HttpContent Body(bool isChunked)
    {
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(Smuggled));
        return isChunked ? new UnknownLength(content) : content;
    }

    private sealed class UnknownLength(HttpContent inner) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => inner.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class PiecemealEnd : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
