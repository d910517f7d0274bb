using System.Collections.Concurrent;
using System.Globalization;
using MfaGateway.FunctionalTests.Proxying;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>
/// An app that authenticates connections, as with NTLM: two requests of a handshake on one connection, and from then on
/// whatever comes on it is that user's.
/// </summary>
internal sealed class WindowsApp : IAsyncDisposable
{
    private readonly SocketUpstream socket = new();
    private int connections;
    private int open;

    public WindowsApp() => socket.Converse = ServeAsync;

    public Uri Address => socket.Address;

    public int Connections => Volatile.Read(ref connections);

    /// <summary>Connections that are open now.</summary>
    public int Open => Volatile.Read(ref open);

    /// <summary>What it offers with 401, one header line each.</summary>
    public string[] Challenges { get; set; } = ["WWW-Authenticate: Negotiate", "WWW-Authenticate: NTLM"];

    public ConcurrentQueue<string> Heads { get; } = new();

    public ValueTask DisposeAsync() => socket.DisposeAsync();

    private async Task ServeAsync(SocketConnection connection)
    {
        var number = Interlocked.Increment(ref connections).ToString(CultureInfo.InvariantCulture);
        Interlocked.Increment(ref open);
        try
        {
            string? user = null;
            while (await connection.HearAsync() is { } request)
            {
                Heads.Enqueue(request);
                var credentials = RawHttp.Values(request, "Authorization").FirstOrDefault() ?? "";
                if (credentials.Equals("NTLM hello", StringComparison.OrdinalIgnoreCase))
                {
                    await connection.SayAsync($"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM {number}\r\nContent-Length: 0\r\n\r\n");
                    continue;
                }

                // The answer to the challenge holds on the connection that it was given on alone.
                var parts = credentials.Split(' ');
                if (parts is ["NTLM", var name, var challenge] && challenge == number)
                    user = name;
                else if (parts is ["Basic", _])
                    user = null;
                var (status, body, headers) = user is not null || parts[0] == "Basic"
                    ? ("200 OK", user ?? "basic", "")
                    : ("401 Unauthorized", "who?", string.Concat(Challenges.Select(line => line + "\r\n")));
                await connection.SayAsync($"HTTP/1.1 {status}\r\n{headers}Set-Cookie: app=1\r\nContent-Length: {body.Length}\r\n\r\n{(request.StartsWith("HEAD", StringComparison.Ordinal) ? "" : body)}");
                if (RawHttp.Values(request, "Connection").Contains("close"))
                    return;
            }
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }
}
