using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>
/// Nothing is held back or kept: each piece must have arrived before the next is sent, so that a gateway which waits for
/// the whole of anything would wait for ever.
/// </summary>
public sealed class StreamingTests(PassThroughGateway gateway) : IClassFixture<PassThroughGateway>, IDisposable
{
    private const int Piece = 1024 * 1024;
    private const int Pieces = 64;

    // A buffer on the way may wait until it is full; it is small and does not grow.
    private const int OnItsWay = 64 * 1024;

    // Beyond what other tests in this process may need meanwhile, and far below what was sent.
    private const long MayGrowBy = 32L * Piece;

    public void Dispose() => gateway.App.Answer = null;

    [Theory]
    [InlineData("1.1", true)]
    [InlineData("1.1", false)]
    [InlineData("2.0", false)]
    public async Task A_large_upload_reaches_the_app_as_it_is_sent(string version, bool knownLength)
    {
        var arrived = Channel.CreateUnbounded<long>();
        gateway.App.Answer = context => CountAsync(context, arrived.Writer);
        var body = new PiecemealContent(length: knownLength ? (long)Piece * Pieces : null);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sending = gateway.SendAsync(gateway.Request(HttpMethod.Put, "/file", body, Version.Parse(version)));

        var piece = new byte[Piece];
        for (var i = 1; i <= Pieces; i++)
        {
            await body.SendAsync(piece);
            await ArrivedAsync(arrived.Reader, ((long)Piece * i) - OnItsWay);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MayGrowBy);
        await body.EndAsync();
        using var answer = await sending;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"{(long)Piece * Pieces}", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("1.1", true)]
    [InlineData("1.1", false)]
    [InlineData("2.0", false)]
    public async Task A_large_download_reaches_the_client_as_it_is_sent(string version, bool knownLength)
    {
        using var wanted = new SemaphoreSlim(1);
        gateway.App.Answer = async context =>
        {
            context.Response.ContentLength = knownLength ? (long)Piece * Pieces : null;
            var piece = new byte[Piece];
            for (var i = 0; i < Pieces; i++)
            {
                await wanted.WaitAsync(context.RequestAborted);
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var answer = await gateway.GetAsync("/file", version: Version.Parse(version));
        Assert.Equal(knownLength ? (long)Piece * Pieces : null, answer.Content.Headers.ContentLength);

        await using var stream = await answer.Content.ReadAsStreamAsync();
        using var patience = new CancellationTokenSource(PassThroughGateway.Patience);
        var received = new byte[Piece];
        for (var i = 0; i < Pieces; i++)
        {
            await stream.ReadExactlyAsync(received, patience.Token);
            wanted.Release();
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MayGrowBy);
        Assert.Equal(0, await stream.ReadAsync(received, patience.Token));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task An_event_arrives_before_the_next_one_is_sent(string version)
    {
        using var seen = new SemaphoreSlim(0);
        gateway.App.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 1; i <= 3; i++)
            {
                await context.Response.WriteAsync($"id: {i}\ndata: event {i}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await seen.WaitAsync(context.RequestAborted);
            }
        };

        using var answer = await gateway.GetAsync("/events", version: Version.Parse(version));
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(), Encoding.UTF8);
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal($"id: {i}", await LineAsync(reader));
            Assert.Equal($"data: event {i}", await LineAsync(reader));
            Assert.Equal("", await LineAsync(reader));
            seen.Release();
        }

        Assert.Null(await LineAsync(reader));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task An_event_stream_is_open_before_its_first_event(string version)
    {
        var happens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.App.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            context.Response.Headers.SetCookie = "seen=1";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await happens.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("data: now\n\n");
        };

        using var answer = await gateway.GetAsync("/events", version: Version.Parse(version));
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("seen=1", Assert.Single(answer.Headers.GetValues("Set-Cookie")));
        Assert.False(answer.Headers.Contains("Content-Security-Policy"));
        happens.SetResult();
        Assert.Equal("data: now\n\n", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_client_that_goes_away_ends_the_request_at_the_app(string version)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.App.Answer = async context =>
        {
            await using var _ = context.RequestAborted.Register(ended.SetResult);
            reached.SetResult();
            await ended.Task;
        };
        using var leaving = new CancellationTokenSource();

        var asking = gateway.Client.SendAsync(gateway.Request(HttpMethod.Get, "/slow", version: Version.Parse(version)), leaving.Token);
        await reached.Task.WaitAsync(PassThroughGateway.Patience);
        await leaving.CancelAsync();

        await ended.Task.WaitAsync(PassThroughGateway.Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task A_client_that_leaves_amid_a_download_ends_it_at_the_app()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.App.Answer = async context =>
        {
            await using var _ = context.RequestAborted.Register(() => ended.TrySetResult());
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await ended.Task;
        };

        var answer = await gateway.GetAsync("/endless");
        var first = new byte[5];
        await (await answer.Content.ReadAsStreamAsync()).ReadExactlyAsync(first);
        answer.Dispose();

        await ended.Task.WaitAsync(PassThroughGateway.Patience);
    }

    [Fact]
    public async Task A_call_in_both_directions_at_once_ends_with_its_trailers()
    {
        gateway.Http2Answer = async context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.StartAsync();
            var buffer = new byte[100];
            while (await context.Request.Body.ReadAsync(buffer) is var count and > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count));
                await context.Response.Body.FlushAsync();
            }

            context.Response.AppendTrailer("grpc-status", "0");
            context.Response.AppendTrailer("grpc-message", context.Request.Protocol);
        };
        var body = new PiecemealContent("application/grpc");
        using var request = gateway.Request(HttpMethod.Post, "/h2/Service/Method", body, HttpVersion.Version20);
        request.Headers.TE.ParseAdd("trailers");

        var calling = gateway.SendAsync(request);
        await body.SendAsync("ping"u8.ToArray());
        using var answer = await calling;
        await using var stream = await answer.Content.ReadAsStreamAsync();
        using var patience = new CancellationTokenSource(PassThroughGateway.Patience);
        var echo = new byte[4];
        foreach (var message in new[] { "ping", "pong", "pang" })
        {
            if (message != "ping")
                await body.SendAsync(Encoding.ASCII.GetBytes(message));
            await stream.ReadExactlyAsync(echo, patience.Token);
            Assert.Equal(message, Encoding.ASCII.GetString(echo));
        }

        await body.EndAsync();
        Assert.Equal(0, await stream.ReadAsync(echo, patience.Token));
        Assert.Equal("0", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal("HTTP/2", Assert.Single(answer.TrailingHeaders.GetValues("grpc-message")));
    }

    // Over HTTP/1.1 Kestrel sends no trailers, which RFC 9110 6.5.1 leaves to whoever stands in between.
    [Fact]
    public async Task Trailers_of_a_chunked_answer_arrive_over_HTTP_2()
    {
        gateway.Raw.AnswerAlways(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Checksum\r\n\r\n5\r\nhello\r\n0\r\nX-Checksum: 5d41402a\r\n\r\n");

        using var request = gateway.Request(HttpMethod.Get, "/raw/file", version: HttpVersion.Version20);
        request.Headers.TE.ParseAdd("trailers");
        using var answer = await gateway.SendAsync(request);

        Assert.Equal("hello", await answer.Content.ReadAsStringAsync());
        Assert.Equal("5d41402a", Assert.Single(answer.TrailingHeaders.GetValues("X-Checksum")));
    }

    private static async Task CountAsync(HttpContext context, ChannelWriter<long> arrived)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        var buffer = new byte[64 * 1024];
        var total = 0L;
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var count and > 0)
            await arrived.WriteAsync(total += count);
        await context.Response.WriteAsync($"{total}");
    }

    private static async Task ArrivedAsync(ChannelReader<long> arrived, long awaited)
    {
        using var patience = new CancellationTokenSource(PassThroughGateway.Patience);
        while (await arrived.ReadAsync(patience.Token) < awaited)
        {
            // More is on its way.
        }
    }

    private static async Task<string?> LineAsync(StreamReader reader)
    {
        using var patience = new CancellationTokenSource(PassThroughGateway.Patience);
        return await reader.ReadLineAsync(patience.Token);
    }
}
