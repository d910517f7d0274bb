using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Sends bytes over a socket and reads whatever comes back until the other end closes.</summary>
internal static class Wire
{
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="request">Each character is sent as one byte (Latin-1).</param>
    /// <param name="cancellationToken">The test's.</param>
    public static async Task<RawResponse> SendAsync(int port, string request, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), cancellationToken);

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, deadline.Token);
        }
        catch (IOException)
        {
            // A reset after a refusal; what came before it counts.
        }
        return new RawResponse(Encoding.Latin1.GetString(received.ToArray()));
    }

    public static Task<RawResponse> GetAsync(int port, string target, string headers, CancellationToken cancellationToken) =>
        SendAsync(port, $"GET {target} HTTP/1.1\r\nConnection: close\r\n{headers}\r\n", cancellationToken);
}

/// <param name="Text">Everything that was received.</param>
internal sealed record RawResponse(string Text)
{
    /// <summary>0 where the connection was closed without an answer.</summary>
    public int Status => Text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(Text.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;

    /// <summary>How many responses came over the connection.</summary>
    public int Count => Text.Split("HTTP/1.1 ").Count(part => part.Length > 3 && char.IsAsciiDigit(part[0]) && part[3] == ' ');

    /// <summary>The first line that the upstream saw, or null where the request was not forwarded.</summary>
    public string? ForwardedLine => ForwardedHead is { } head ? head[..head.IndexOf('\r')] : null;

    /// <summary>The request as the upstream saw it; the upstream answers with what it got.</summary>
    public string? ForwardedHead
    {
        get
        {
            if (!Text.Contains("X-Echo:", StringComparison.Ordinal))
                return null;
            return Text[(Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        }
    }

    /// <summary>A header as the upstream saw it, or null.</summary>
    public string? Forwarded(string header) => ForwardedHead?.Split("\r\n")
        .FirstOrDefault(line => line.StartsWith(header + ":", StringComparison.OrdinalIgnoreCase))?[(header.Length + 1)..].Trim();
}
