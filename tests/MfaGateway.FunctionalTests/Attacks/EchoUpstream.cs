using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>
/// An upstream made of a socket, so that nothing tidies what it is sent: it answers 200 with the very bytes of the
/// request, read as Latin-1, and remembers them.
/// </summary>
internal sealed class EchoUpstream : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;

    public EchoUpstream()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";

    /// <summary>Every request received so far, head and body as they came.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                var received = new StringBuilder();
                var buffer = new byte[16_384];
                while (await stream.ReadAsync(buffer, stopping.Token) is var count and > 0)
                {
                    received.Append(Encoding.Latin1.GetString(buffer, 0, count));
                    while (TakeRequest(received) is { } request)
                    {
                        Requests.Enqueue(request);
                        var body = Encoding.Latin1.GetBytes(request);
                        await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nX-Echo: caf\u00E9\r\nContent-Length: {body.Length}\r\n\r\n"), stopping.Token);
                        await stream.WriteAsync(body, stopping.Token);
                    }
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The gateway closed its connection, or the test ended.
        }
    }

    private static string? TakeRequest(StringBuilder received)
    {
        var text = received.ToString();
        var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0)
            return null;
        var length = head + 4;
        if (text[..head].Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            var end = text.IndexOf("0\r\n\r\n", length, StringComparison.Ordinal);
            if (end < 0)
                return null;
            length = end + 5;
        }
        else if (text[..head].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line)
            length += int.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        if (text.Length < length)
            return null;
        received.Remove(0, length);
        return text[..length];
    }
}
