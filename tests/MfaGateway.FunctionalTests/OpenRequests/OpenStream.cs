using System.Net;
using System.Net.WebSockets;
using MfaGateway.Core.Storage;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.OpenRequests;

internal enum StreamKind
{
    Socket,
    Events,
    Download,
    Upload,
}

/// <summary>A client's end of something that goes on.</summary>
internal abstract class OpenStream(string name, Talk talk) : IAsyncDisposable
{
    private static readonly byte[] Word = "word"u8.ToArray();

    /// <summary>What it is, for messages.</summary>
    public string Name { get; } = name;

    protected Talk Talk { get; } = talk;

    /// <exception cref="RefusedException">The gateway did not let it through.</exception>
    public static async Task<OpenStream> OpenAsync(
        StreamKind kind, Version version, HttpMessageInvoker client, Uri address, TalkingApp app, IReadOnlyDictionary<string, string> cookies)
    {
        var id = Identifiers.New();
        var url = new UriBuilder(address) { Path = address.AbsolutePath + kind, Query = "id=" + id }.Uri;
        var cookie = string.Join("; ", cookies.Select(pair => $"{pair.Key}={pair.Value}"));
        var name = $"{kind} over HTTP/{version} to {address.AbsolutePath}";
        return kind switch
        {
            StreamKind.Socket => await SocketStream.OpenAsync(name, version, client, url, app[id], cookie),
            StreamKind.Upload => UploadStream.Open(name, client, Request(HttpMethod.Put), app[id]),
            _ => await AnswerStream.OpenAsync(name, client, Request(HttpMethod.Get), app[id]),
        };

        HttpRequestMessage Request(HttpMethod method)
        {
            var request = new HttpRequestMessage(method, url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            if (cookie.Length > 0)
                request.Headers.Add("Cookie", cookie);
            return request;
        }
    }

    /// <summary>A word goes through that was not sent before.</summary>
    public async Task AssertGoesOnAsync() => Assert.Equal(Word, await PassAsync(Word).WaitAsync(PassThroughGateway.Patience));

    /// <summary>Completes when both ends have felt that it was cut.</summary>
    public Task CutAsync() => Task.WhenAll(FeelCutAsync(), Talk.Ended).WaitAsync(PassThroughGateway.Patience);

    public abstract ValueTask DisposeAsync();

    protected abstract Task<byte[]> PassAsync(byte[] word);

    protected abstract Task FeelCutAsync();

    private sealed class SocketStream(string name, ClientWebSocket socket, Talk talk) : OpenStream(name, talk)
    {
        public static async Task<OpenStream> OpenAsync(
            string name, Version version, HttpMessageInvoker client, Uri url, Talk talk, string cookie)
        {
            var socket = new ClientWebSocket();
            socket.Options.HttpVersion = version;
            socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            socket.Options.CollectHttpResponseDetails = true;
            if (cookie.Length > 0)
                socket.Options.SetRequestHeader("Cookie", cookie);
            try
            {
                await socket.ConnectAsync(new UriBuilder(url) { Scheme = url.Scheme == "https" ? "wss" : "ws" }.Uri, client, CancellationToken.None);
            }
            catch (WebSocketException fault)
            {
                throw new RefusedException(socket.HttpStatusCode, fault);
            }

            return new SocketStream(name, socket, talk);
        }

        public override ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }

        protected override async Task<byte[]> PassAsync(byte[] word)
        {
            await socket.SendAsync(word, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            var echo = new byte[word.Length];
            await socket.ReceiveAsync(echo, CancellationToken.None);
            return echo;
        }

        protected override Task FeelCutAsync() => Assert.ThrowsAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[1], CancellationToken.None));
    }

    private sealed class AnswerStream(string name, HttpResponseMessage answer, Stream stream, Talk talk) : OpenStream(name, talk)
    {
        private bool _first = true;

        public static async Task<OpenStream> OpenAsync(string name, HttpMessageInvoker client, HttpRequestMessage request, Talk talk)
        {
            // The head of a download is passed on with its first bytes.
            talk.Say(Word);
            HttpResponseMessage answer;
            try
            {
                answer = await client.SendAsync(request, CancellationToken.None);
            }
            catch (HttpRequestException fault)
            {
                throw new RefusedException(status: null, fault);
            }

            if (answer.StatusCode != HttpStatusCode.OK)
                throw new RefusedException(answer.StatusCode, innerException: null);

            var stream = await answer.Content.ReadAsStreamAsync();
            return new AnswerStream(name, answer, stream, talk);
        }

        public override ValueTask DisposeAsync()
        {
            answer.Dispose();
            return ValueTask.CompletedTask;
        }

        protected override async Task<byte[]> PassAsync(byte[] word)
        {
            if (_first)
                await stream.ReadExactlyAsync(new byte[word.Length]);
            _first = false;
            Talk.Say(word);
            var heard = new byte[word.Length];
            await stream.ReadExactlyAsync(heard);
            return heard;
        }

        // Cut short, and not ended as if it were whole.
        protected override Task FeelCutAsync() => Assert.ThrowsAnyAsync<IOException>(() => ReadToEndAsync());

        private async Task ReadToEndAsync()
        {
            while (await stream.ReadAsync(new byte[TalkingApp.WordLength]) > 0)
            {
                // What was said before the cut.
            }
        }
    }

    private sealed class UploadStream(string name, PiecemealContent body, Task<HttpResponseMessage> sending, Talk talk) : OpenStream(name, talk)
    {
        public static UploadStream Open(string name, HttpMessageInvoker client, HttpRequestMessage request, Talk talk)
        {
            var body = new PiecemealContent();
            request.Content = body;
            return new UploadStream(name, body, client.SendAsync(request, CancellationToken.None), talk);
        }

        public override async ValueTask DisposeAsync() => await body.EndAsync();

        protected override async Task<byte[]> PassAsync(byte[] word)
        {
            while (Talk.Heard.Reader.TryRead(out _))
            {
                // What came of the piece before.
            }

            await body.SendAsync(new byte[TalkingApp.MoreThanIsHeldBack]);
            await Talk.Heard.Reader.ReadAsync();
            return word;
        }

        protected override async Task FeelCutAsync()
        {
            // Over HTTP/1.1 a client finds out when it goes on sending.
            await Talk.Ended;
            while (!sending.IsCompleted)
                await Task.WhenAny(sending, body.SendAsync(new byte[TalkingApp.MoreThanIsHeldBack]));
            // A stream of HTTP/2 that is reset while it is written to counts as called off.
            var fault = await Record.ExceptionAsync(() => sending);
            Assert.True(fault is HttpRequestException or OperationCanceledException, $"{Name} ended with {fault?.Message ?? "an answer"}.");
        }
    }
}

/// <summary>It was not let through.</summary>
internal sealed class RefusedException(HttpStatusCode? status, Exception? innerException) : Exception($"Refused: {status}", innerException)
{
    public HttpStatusCode? Status { get; } = status;
}
