using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>WebSockets of somebody who is signed in, over HTTP/1.1 (RFC 6455) and HTTP/2 (RFC 8441).</summary>
public sealed class WebSocketTests(PassThroughGateway gateway) : IClassFixture<PassThroughGateway>, IDisposable
{
    private readonly CancellationTokenSource patience = new(PassThroughGateway.Patience);

    public void Dispose()
    {
        gateway.App.Answer = null;
        patience.Dispose();
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Text_and_binary_messages_go_both_ways(string version)
    {
        gateway.App.Answer = EchoAsync;
        using var socket = await ConnectAsync(version);
        var binary = RandomNumberGenerator.GetBytes(200_000);

        await socket.SendAsync("grüße"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        var (text, type) = await ReceiveAsync(socket);
        Assert.Equal((WebSocketMessageType.Text, "grüße"), (type, Encoding.UTF8.GetString(text)));

        await socket.SendAsync(binary, WebSocketMessageType.Binary, endOfMessage: true, patience.Token);
        (var echoed, type) = await ReceiveAsync(socket);
        Assert.Equal(WebSocketMessageType.Binary, type);
        Assert.Equal(binary, echoed);
        Assert.Equal("ada", gateway.App.Last.Headers["Remote-User"]);
        Assert.DoesNotContain("mfa_session", gateway.App.Last.Headers.GetValueOrDefault("Cookie", ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_message_of_the_app_arrives_without_one_from_the_client(string version)
    {
        gateway.App.Answer = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.SendAsync("first word"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
            await DrainAsync(socket);
        };
        using var socket = await ConnectAsync(version);

        var (text, _) = await ReceiveAsync(socket);

        Assert.Equal("first word", Encoding.UTF8.GetString(text));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Why_a_client_closes_is_told_to_the_app(string version)
    {
        var heard = new TaskCompletionSource<(WebSocketCloseStatus?, string?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.App.Answer = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await DrainAsync(socket);
            heard.SetResult((socket.CloseStatus, socket.CloseStatusDescription));
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", context.RequestAborted);
        };
        using var socket = await ConnectAsync(version);

        await socket.CloseAsync((WebSocketCloseStatus)4001, "moving on", patience.Token);

        Assert.Equal(((WebSocketCloseStatus)4001, "moving on"), await heard.Task.WaitAsync(PassThroughGateway.Patience));
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "bye"), (socket.CloseStatus, socket.CloseStatusDescription));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Why_an_app_closes_is_told_to_the_client(string version)
    {
        gateway.App.Answer = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.CloseAsync((WebSocketCloseStatus)4002, "going down", context.RequestAborted);
        };
        using var socket = await ConnectAsync(version);

        var last = await socket.ReceiveAsync(new byte[10].AsMemory(), patience.Token);

        Assert.Equal(WebSocketMessageType.Close, last.MessageType);
        Assert.Equal(((WebSocketCloseStatus)4002, "going down"), (socket.CloseStatus!.Value, socket.CloseStatusDescription));
    }

    [Fact]
    public async Task A_client_that_breaks_off_ends_the_web_socket_at_the_app()
    {
        var accepted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.App.Answer = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            accepted.SetResult();
            try
            {
                await DrainAsync(socket);
            }
            catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
            {
                // As awaited.
            }

            ended.SetResult();
        };
        using var socket = await ConnectAsync("1.1");
        await accepted.Task.WaitAsync(PassThroughGateway.Patience);

        socket.Abort();

        await ended.Task.WaitAsync(PassThroughGateway.Patience);
    }

    [Fact]
    public async Task The_subprotocol_is_the_apps_choice()
    {
        gateway.App.Answer = async context =>
        {
            Assert.Equal(["soap", "wamp"], context.WebSockets.WebSocketRequestedProtocols);
            using var socket = await context.WebSockets.AcceptWebSocketAsync("wamp");
            await DrainAsync(socket);
        };
        using var socket = await ConnectAsync("1.1", options =>
        {
            options.AddSubProtocol("soap");
            options.AddSubProtocol("wamp");
        });

        Assert.Equal("wamp", socket.SubProtocol);
    }

    [Fact]
    public async Task An_app_that_wants_no_web_socket_says_so_itself()
    {
        gateway.App.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status418ImATeapot;
            return Task.CompletedTask;
        };
        using var socket = new ClientWebSocket();
        Prepare(socket.Options);
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(Address, gateway.Client, patience.Token));

        Assert.Equal((HttpStatusCode)418, socket.HttpStatusCode);
    }

    private Uri Address => new UriBuilder(gateway.Address) { Scheme = "wss", Path = "/socket" }.Uri;

    private void Prepare(ClientWebSocketOptions options) => options.SetRequestHeader("Cookie", gateway.Cookies);

    private async Task<ClientWebSocket> ConnectAsync(string version, Action<ClientWebSocketOptions>? adjust = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        Prepare(socket.Options);
        adjust?.Invoke(socket.Options);
        await socket.ConnectAsync(Address, gateway.Client, patience.Token);
        return socket;
    }

    private async Task<(byte[] Message, WebSocketMessageType Type)> ReceiveAsync(ClientWebSocket socket)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return (message.ToArray(), part.MessageType);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[16 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } part)
            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, context.RequestAborted);
    }

    private static async Task DrainAsync(WebSocket socket)
    {
        var buffer = new byte[1024];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
        {
            // Not what the test is about.
        }
    }
}
