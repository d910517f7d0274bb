using System.Net;
using System.Net.Sockets;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>
/// Once protocols are switched, what the app sends is no HTTP: a message that looks like an answer's head (another person may have written it)
/// passes byte for byte. A byte more would end a frame in the midst of the message, whose rest would then be frames.
/// </summary>
public sealed class TunnelAttacks : IAsyncLifetime
{
    private readonly SocketUpstream _app = new();
    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.StartAsync(setup => setup
        .Route("chat", "/chat", "Anonymous").With("ReverseProxy:Clusters:app:Destinations:one:Address", _app.Address.ToString()));

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("1234567204 hello\r\n\r\nforged")]
    [InlineData("1234567304 hello\n\nforged")]
    public async Task A_message_that_looks_like_an_answer_passes_byte_for_byte(string message)
    {
        const string Asked = "\u0081\u0081\0\0\0\0a";
        var frame = $"\u0081{(char)message.Length}{message}";
        _app.Converse = async connection =>
        {
            await connection.HearHeadAsync();
            await connection.SayAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
            while (await connection.HearOctetsAsync(Asked.Length) is not null)
                await connection.SayAsync(frame);
        };
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(_gateway.Address.Authority), TestContext.Current.CancellationToken);
        var browser = new SocketConnection(client.GetStream(), TestContext.Current.CancellationToken);
        await browser.SayAsync(
            $"GET /chat HTTP/1.1\r\nHost: {_gateway.Address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101", await browser.HearHeadAsync(), StringComparison.Ordinal);

        for (var round = 0; round < 3; round++)
        {
            await browser.SayAsync(Asked);
            Assert.Equal(frame, await browser.HearOctetsAsync(frame.Length));
        }
    }
}
