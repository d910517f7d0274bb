using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using MfaGateway.TestKit;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>HTTP/1.1 without a library in between, one Latin-1 character a byte.</summary>
internal static partial class RawHttp
{
    /// <summary>Sends the bytes of a request and gives the whole answer.</summary>
    public static async Task<string> SendAsync(IPEndPoint server, string request, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server, cancellationToken);
        await using var stream = client.GetStream();
        return await ExchangeAsync(stream, request, cancellationToken);
    }

    /// <summary>The same over TLS, with a server that shows the certificate of the tests.</summary>
    public static async Task<string> SendOverTlsAsync(IPEndPoint server, string request, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server, cancellationToken);
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) =>
            certificate?.GetCertHashString() == TestCertificate.Instance.GetCertHashString());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellationToken);
        return await ExchangeAsync(stream, request, cancellationToken);
    }

    /// <summary>One message, framed by Content-Length or chunks; null at the end of the connection.</summary>
    public static async Task<string?> ReadMessageAsync(Stream stream, CancellationToken cancellationToken)
    {
        var message = new StringBuilder();
        if (!await ReadUntilAsync(stream, message, text => text.EndsWith("\r\n\r\n", StringComparison.Ordinal), cancellationToken))
            return null;
        var head = message.ToString();
        if (Length().Match(head) is { Success: true } length)
        {
            var end = head.Length + int.Parse(length.Groups["octets"].Value, System.Globalization.CultureInfo.InvariantCulture);
            await ReadUntilAsync(stream, message, text => text.Length >= end, cancellationToken);
        }
        else if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            await ReadUntilAsync(stream, message, text => Chunked().IsMatch(text[head.Length..]), cancellationToken);
        }

        return message.ToString();
    }

    /// <summary>The values of a header, in order.</summary>
    public static string[] Values(string message, string name) =>
        [.. Head(message)
            .Split("\r\n")
            .Skip(1)
            .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim(' '))];

    public static string Head(string message) => message[..message.IndexOf("\r\n\r\n", StringComparison.Ordinal)];

    private static async Task<string> ExchangeAsync(Stream stream, string request, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), cancellationToken);
        return await ReadMessageAsync(stream, cancellationToken) ?? "";
    }

    private static async Task<bool> ReadUntilAsync(
        Stream stream, StringBuilder message, Predicate<string> complete, CancellationToken cancellationToken)
    {
        var octet = new byte[1];
        while (message.Length == 0 || !complete(message.ToString()))
        {
            if (await stream.ReadAsync(octet, cancellationToken) == 0)
                return false;
            message.Append((char)octet[0]);
        }

        return true;
    }

    [GeneratedRegex(@"^Content-Length: *(?<octets>[0-9]+)\r$", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Length();

    // The last chunk, then perhaps trailers, then an empty line.
    [GeneratedRegex(@"(^|\r\n)0\r\n([^\r\n]+\r\n)*\r\n\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Chunked();
}
