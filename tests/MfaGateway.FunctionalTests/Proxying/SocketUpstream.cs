using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>An upstream whose every byte is the test's to say, connection by connection.</summary>
internal sealed class SocketUpstream : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private readonly ConcurrentBag<TcpClient> open = [];
    private Func<SocketConnection, Task> converse = static connection => connection.SayAsync("HTTP/1.1 204 No Content\r\n\r\n");
    private int connections;

    public SocketUpstream()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    /// <summary>
    /// Speaks on a connection from its beginning to its end. Its end is when this ends, or when something else is set.
    /// </summary>
    public Func<SocketConnection, Task> Converse
    {
        get => converse;
        set
        {
            converse = value;
            while (open.TryTake(out var client))
                client.Dispose();
        }
    }

    /// <summary>How many connections there were so far.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Answers every request with the same bytes, and keeps the connection open.</summary>
    public void AnswerAlways(string answer) => Converse = async connection =>
    {
        while (await connection.HearAsync() is not null)
            await connection.SayAsync(answer);
    };

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Interlocked.Increment(ref connections);
                open.Add(client);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await Converse(new SocketConnection(client.GetStream(), stop.Token));
            }
            catch (Exception failure) when (failure is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The gateway closed the connection, or the test is over.
            }
        }
    }
}

/// <summary>One connection, one Latin-1 character a byte.</summary>
internal sealed class SocketConnection(Stream stream, CancellationToken stop)
{
    /// <summary>The next request, framed by Content-Length or chunks; null at the end.</summary>
    public Task<string?> HearAsync() => RawHttp.ReadMessageAsync(stream, stop);

    /// <summary>The next request's lines and headers, and nothing of its body.</summary>
    public async Task<string> HearHeadAsync()
    {
        var head = new StringBuilder();
        var octet = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(octet, stop) > 0)
            head.Append((char)octet[0]);
        return head.ToString();
    }

    public async Task<string> HearOctetsAsync(int count)
    {
        var octets = new byte[count];
        await stream.ReadExactlyAsync(octets, stop);
        return Encoding.Latin1.GetString(octets);
    }

    /// <summary>Waits, at most until the test is over.</summary>
    public Task WaitForAsync(Task signal) => signal.WaitAsync(stop);

    public Task SayAsync(string octets) => stream.WriteAsync(Encoding.Latin1.GetBytes(octets), stop).AsTask();
}
