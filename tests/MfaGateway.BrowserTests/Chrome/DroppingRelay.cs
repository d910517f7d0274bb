using System.Net;
using System.Net.Sockets;

namespace MfaGateway.BrowserTests.Chrome;

/// <summary>
/// A slow line between a browser and a gateway: the answer to the first POST never arrives, as where a second click comes before it. All
/// else that is sent goes through.
/// </summary>
public sealed class DroppingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _gateway;
    private readonly Task _accepting;
    private TaskCompletionSource _first = new();
    private TaskCompletionSource _second = new();
    // Before it is armed no answer is dropped.
    private int _posts = 1;

    public DroppingRelay(Uri gateway)
    {
        _gateway = gateway;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>From now on the answer to the next POST is dropped.</summary>
    /// <returns>Two tasks, which complete when that POST, and the one after it, have gone through.</returns>
    public (Task First, Task Second) Arm()
    {
        Volatile.Write(ref _first, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Volatile.Write(ref _second, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Volatile.Write(ref _posts, 0);
        return (_first.Task, _second.Task);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var lines = new List<Task>();
        try
        {
            while (true)
                lines.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception gone) when (gone is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(lines);
        }
    }

    private async Task RelayAsync(TcpClient browser)
    {
        using var near = browser;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(_gateway.Host, _gateway.Port, _stop.Token);
            var line = new Line();
            await Task.WhenAny(
                CopyAsync(near.GetStream(), far.GetStream(), bytes => Look(bytes, line)),
                CopyAsync(far.GetStream(), near.GetStream(), _ => !line.IsDropped));
        }
        catch (Exception gone) when (gone is OperationCanceledException or SocketException or IOException)
        {
            // A browser that goes elsewhere hangs up.
        }
    }

    private bool Look(ReadOnlySpan<byte> bytes, Line line)
    {
        if (!bytes.StartsWith("POST "u8))
            return true;

        if (Interlocked.Increment(ref _posts) == 1)
        {
            line.IsDropped = true;
            Volatile.Read(ref _first).TrySetResult();
        }
        else
        {
            Volatile.Read(ref _second).TrySetResult();
        }

        return true;
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, Seen passes)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, _stop.Token)) > 0)
        {
            if (passes(buffer.AsSpan(0, read)))
                await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }

    private delegate bool Seen(ReadOnlySpan<byte> bytes);

    private sealed class Line
    {
        public volatile bool IsDropped;
    }
}
