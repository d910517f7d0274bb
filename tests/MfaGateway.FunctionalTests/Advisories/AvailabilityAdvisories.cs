using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading.Channels;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>
/// Clients that would take an app away from everyone else. The app is watched by passive health checks, which take it out of use after a
/// few failures of its own.
/// </summary>
public sealed class AvailabilityAdvisories : IAsyncLifetime
{
    // The checks judge from ten requests on.
    private const int Requests = 20;
    private const string Left = "left";
    private const string Forwarder = "Directory.Packages.props";

    private readonly SocketUpstream _app = new();
    private readonly Channel<string> _arrived = Channel.CreateUnbounded<string>();
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = PassThroughGateway.IsTestCertificate },
    });

    private GatewayUnderTest _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app.Converse = ConverseAsync;
        _gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            setup.Route("app", "/{**path}", "Anonymous").Route("down", "/down/{**path}", "Anonymous");
            Watch(setup, "app", _app.Address.ToString());
            Watch(setup, "down", "http://127.0.0.1:1/");
        });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Theory]
    [Advisory("CVE-2022-26924", "YARP", "A client that gives its requests up is counted as failures of the app, which is taken out of use for everyone", Forwarder)]
    [InlineData("1.1", "/silent", false)]
    [InlineData("2.0", "/silent", false)]
    [InlineData("1.1", "/half", false)]
    [InlineData("2.0", "/half", false)]
    [InlineData("1.1", "/silent", true)]
    [InlineData("2.0", "/silent", true)]
    public async Task Requests_that_their_client_gives_up_do_not_take_the_app_away(string version, string path, bool midBody)
    {
        for (var number = 0; number < Requests; number++)
        {
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var body = midBody ? new PiecemealContent(length: 1000) : null;
            var sending = Record.ExceptionAsync(() => SendAsync(midBody ? HttpMethod.Post : HttpMethod.Get, path, Version.Parse(version), body, leaving.Token));
            if (body is not null)
                await body.SendAsync(new byte[10]);
            await NextAsync();
            await leaving.CancelAsync();
            await sending;
            await AppIsLeftAsync();
        }

        await IsInUseAsync();
    }

    [Theory]
    [Advisory("CVE-2023-33141", "YARP", "A client that stops in its body, or stops reading its answer, until the time is up is counted as failures of the app", Forwarder)]
    [InlineData("POST /silent HTTP/1.1\r\nContent-Length: 1000\r\n", "ten bytes.")]
    [InlineData("POST /silent HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", "a\r\nten bytes.")]
    [InlineData("GET /endless HTTP/1.1\r\n", "")]
    [InlineData("GET /socket HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "")]
    public async Task Clients_that_stop_do_not_take_the_app_away(string head, string body)
    {
        await Task.WhenAll(Enumerable.Range(0, Requests).Select(async _ =>
        {
            using var client = new TcpClient { ReceiveBufferSize = 4096 };
            await using var stream = await ConnectAsync(client);
            var connection = new SocketConnection(stream, Token);
            await connection.SayAsync($"{head}Host: {_gateway.Address.Authority}\r\n\r\n{body}");
            // The app's connection is closed when the gateway has lost its patience.
            await AppIsLeftAsync();
        }));

        await IsInUseAsync();
    }

    // The same of bodies that end in their middle or can't be read.
    [Theory]
    [InlineData("Content-Length: 1000\r\n\r\nten bytes.")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\na\r\nten bytes.\r\nx\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\na\r\nten bytes.\r\n0\r\nX\u00E9 Y: 1\r\n\r\n")]
    public async Task Bodies_that_end_badly_do_not_take_the_app_away(string rest)
    {
        for (var number = 0; number < Requests; number++)
        {
            using var client = new TcpClient();
            await using var stream = await ConnectAsync(client);
            var connection = new SocketConnection(stream, Token);
            await connection.SayAsync($"POST /silent HTTP/1.1\r\nHost: {_gateway.Address.Authority}\r\n{rest}");
            await NextAsync();
            await stream.ShutdownAsync();
            await AppIsLeftAsync();
        }

        await IsInUseAsync();
    }

    private static void Watch(GatewaySetup setup, string id, string address) => setup
        .With($"ReverseProxy:Routes:{id}:ClusterId", id)
        .With($"ReverseProxy:Clusters:{id}:Destinations:one:Address", address)
        .With($"ReverseProxy:Clusters:{id}:HealthCheck:AvailableDestinationsPolicy", "HealthyAndUnknown")
        .With($"ReverseProxy:Clusters:{id}:HealthCheck:Passive:Enabled", "true")
        .With($"ReverseProxy:Clusters:{id}:HttpRequest:ActivityTimeout", "00:00:02");

    private async Task AppIsLeftAsync()
    {
        while (await NextAsync() != Left)
        {
        }
    }

    // What the app got or lost next. One that is out of use gets nothing, however long it is waited for.
    private Task<string> NextAsync() => _arrived.Reader.ReadAsync(Token).AsTask().WaitAsync(PassThroughGateway.Patience, TimeProvider.System, Token);

    // The app is in use, where one that fails itself is not.
    private async Task IsInUseAsync()
    {
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get, "/honest", HttpVersion.Version11, null, Token));

        for (var number = 0; number < Requests; number++)
            await SendAsync(HttpMethod.Get, "/down/honest", HttpVersion.Version11, null, Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(HttpMethod.Get, "/down/honest", HttpVersion.Version11, null, Token));
    }

    private async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, Version version, HttpContent? body, CancellationToken leaving)
    {
        using var request = new HttpRequestMessage(method, new Uri(_gateway.Address, path))
        {
            Content = body,
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await _client.SendAsync(request, leaving);
        await answer.Content.ReadAsByteArrayAsync(leaving);
        return answer.StatusCode;
    }

    private async Task<SslStream> ConnectAsync(TcpClient client)
    {
        await client.ConnectAsync(IPAddress.Loopback, _gateway.Address.Port, Token);
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, PassThroughGateway.IsTestCertificate);
        await stream.AuthenticateAsClientAsync("localhost");
        return stream;
    }

    private async Task ConverseAsync(SocketConnection connection)
    {
        while (await connection.HearHeadAsync() is { Length: > 0 } head)
        {
            _arrived.Writer.TryWrite(head);
            try
            {
                await AnswerAsync(connection, head.Split(' ')[1]);
            }
            finally
            {
                _arrived.Writer.TryWrite(Left);
            }
        }
    }

    private static async Task AnswerAsync(SocketConnection connection, string path)
    {
        switch (path)
        {
            case "/honest":
                await connection.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                return;
            case "/half":
                await connection.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
                break;
            case "/socket":
                await connection.SayAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                break;
            case "/endless":
                await connection.SayAsync("HTTP/1.1 200 OK\r\n\r\n");
                while (true)
                    await connection.SayAsync(new string('x', 65_536));
        }

        // Until the gateway closes the connection.
        while (await connection.HearOctetsAsync(1) is not null)
        {
        }
    }
}
