using System.Net.WebSockets;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>A service manager tells the program to stop.</summary>
public sealed class StopTests : IAsyncLifetime
{
    // Five seconds for what is in flight, and some for a slow machine; service managers kill after 30 to 90.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly (string, string) Public = ("ReverseProxy:Routes:app:AuthorizationPolicy", "Anonymous");

    private readonly GatewayProgram _program = new();
    private RecordingUpstream _upstream = null!;

    public async ValueTask InitializeAsync() => _upstream = await RecordingUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _upstream.DisposeAsync();
        _program.Dispose();
    }

    [Fact]
    public async Task It_ends_with_0_and_says_nothing_on_the_way()
    {
        await using var gateway = await GatewayProcess.StartAsync(_program.Directory, _upstream.Address);

        Assert.Equal(0, await gateway.StopAsync().WaitAsync(Patience));
        Assert.DoesNotContain("fail: ", gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_WebSocket_does_not_hold_it_up()
    {
        _upstream.Answer = async context =>
        {
            using var accepted = await context.WebSockets.AcceptWebSocketAsync();
            await accepted.ReceiveAsync(new byte[16], context.RequestAborted);
        };
        await using var gateway = await GatewayProcess.StartAsync(_program.Directory, _upstream.Address, Public);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(gateway.Address) { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken);

        Assert.Equal(0, await gateway.StopAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task An_open_stream_of_events_does_not_hold_it_up()
    {
        _upstream.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: one\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await using var gateway = await GatewayProcess.StartAsync(_program.Directory, _upstream.Address, Public);
        using var client = new HttpClient();
        await using var events = await client.GetStreamAsync(gateway.Address, TestContext.Current.CancellationToken);
        Assert.True(await events.ReadAsync(new byte[16], TestContext.Current.CancellationToken) > 0);

        Assert.Equal(0, await gateway.StopAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task A_request_that_takes_a_moment_is_answered_first()
    {
        var arrived = new TaskCompletionSource();
        var mayAnswer = new TaskCompletionSource();
        _upstream.Answer = async context =>
        {
            arrived.SetResult();
            await mayAnswer.Task;
            await context.Response.WriteAsync("in the end");
        };
        await using var gateway = await GatewayProcess.StartAsync(_program.Directory, _upstream.Address, Public);
        using var browser = gateway.NewBrowser();
        var visit = browser.GetAsync("/");
        await arrived.Task;

        var stopping = gateway.StopAsync();
        await Eventually.IsAsync(() => Task.FromResult(gateway.Output.Contains("is shutting down", StringComparison.Ordinal)));
        mayAnswer.SetResult();

        Assert.Equal("in the end", (await visit).Body);
        Assert.Equal(0, await stopping.WaitAsync(Patience));
    }
}
