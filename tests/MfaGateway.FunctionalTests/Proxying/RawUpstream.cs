using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>An upstream app on a bare socket: it shows every byte it is sent, and answers what it is told to.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;

    public RawUpstream()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    /// <summary>Every request so far, as received: one Latin-1 character a byte.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Header lines of its answers, each with its line end.</summary>
    public string AnswerHeaders { get; set; } = "";

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception failure) when (stop.IsCancellationRequested && failure is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                while (await RawHttp.ReadMessageAsync(stream, stop.Token) is { } request)
                {
                    Requests.Enqueue(request);
                    await stream.WriteAsync(
                        Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{AnswerHeaders}Content-Length: 2\r\n\r\nok"), stop.Token);
                }
            }
            catch (Exception failure) when (failure is OperationCanceledException or IOException)
            {
                // The gateway closed the connection, or the test is over.
            }
        }
    }
}
