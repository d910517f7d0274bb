using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace MfaGateway.FunctionalTests.OpenRequests;

/// <summary>An app whose answers go on until somebody cuts them, and say the next word when they are told to.</summary>
internal sealed class TalkingApp
{
    public const int WordLength = 4;

    /// <summary>Buffers on the way may wait until they are full.</summary>
    public const int MoreThanIsHeldBack = 256 * 1024;

    private readonly ConcurrentDictionary<string, Talk> _talks = new(StringComparer.Ordinal);

    /// <summary>Raised when a request has arrived, before it is answered.</summary>
    public event EventHandler? Arrived;

    /// <summary>The talk of that id, whether or not the request has arrived.</summary>
    public Talk this[string id] => _talks.GetOrAdd(id, _ => new Talk());

    public Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Query["id"].ToString() is not { Length: > 0 } id)
            return context.Response.WriteAsync("hello from upstream");

        var talk = this[id];
        context.RequestAborted.Register(talk.End);
        Arrived?.Invoke(this, EventArgs.Empty);
        return Path.GetFileName(context.Request.Path.Value) switch
        {
            nameof(StreamKind.Socket) => EchoAsync(context, talk),
            nameof(StreamKind.Events) => SpeakAsync(context, talk, "text/event-stream", length: null),
            nameof(StreamKind.Download) => SpeakAsync(context, talk, "application/octet-stream", length: 1L << 30),
            _ => ListenAsync(context, talk),
        };
    }

    private static async Task EchoAsync(HttpContext context, Talk talk)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[WordLength];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } part)
                await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // Cut.
        }

        talk.End();
    }

    private static async Task SpeakAsync(HttpContext context, Talk talk, string mediaType, long? length)
    {
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = length;
        await context.Response.Body.FlushAsync();
        await foreach (var word in talk.ToSay.ReadAllAsync(context.RequestAborted))
        {
            await context.Response.Body.WriteAsync(word, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task ListenAsync(HttpContext context, Talk talk)
    {
        var buffer = new byte[MoreThanIsHeldBack];
        try
        {
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var count and > 0)
                await talk.Heard.Writer.WriteAsync(count);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            talk.End();
        }
    }
}

/// <summary>One request at the app, as the test sees it.</summary>
internal sealed class Talk
{
    private readonly Channel<byte[]> _toSay = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChannelReader<byte[]> ToSay => _toSay.Reader;

    /// <summary>How many bytes have come, each time that some came.</summary>
    public Channel<int> Heard { get; } = Channel.CreateUnbounded<int>();

    /// <summary>Completes when the app has felt the end.</summary>
    public Task Ended => _ended.Task;

    public void Say(byte[] word) => _toSay.Writer.TryWrite(word);

    public void End() => _ended.TrySetResult();
}
