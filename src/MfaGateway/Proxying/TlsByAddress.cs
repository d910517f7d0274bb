using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace MfaGateway.Proxying;

/// <summary>
/// Asks an app for TLS under the name in its address, and holds its certificate to that, where the <c>Host</c> header is the
/// client's: by itself the framework's client would take the name from that header.
/// </summary>
/// <param name="handler">Whose connections it opens, and whose TLS settings it takes.</param>
internal sealed class TlsByAddress(SocketsHttpHandler handler)
{
    /// <summary>Set for a request whose <c>Host</c> is not the app's name for TLS.</summary>
    public static readonly HttpRequestOptionsKey<bool> IsWanted = new("MfaGateway.TlsByAddress");

    // Servers that did not take HTTP/2; as the client's pool does, they are not asked again.
    private readonly ConcurrentDictionary<string, bool> _http1 = new(StringComparer.OrdinalIgnoreCase);

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            var request = context.InitialRequestMessage;
            var isWanted = request.Options.TryGetValue(IsWanted, out var wanted) && wanted;
            return isWanted && request.RequestUri!.Scheme == Uri.UriSchemeHttps ? await SecureAsync(stream, request, cancellationToken) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<SslStream> SecureAsync(NetworkStream stream, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var server = request.RequestUri!.Authority;
        var offersHttp2 = (request.Version.Major >= 2 || request.VersionPolicy == HttpVersionPolicy.RequestVersionOrHigher) && !_http1.ContainsKey(server);
        // A WebSocket is asked for by CONNECT over HTTP/2 (RFC 8441), and anew over HTTP/1.1 where the app does not speak that: the forwarder
        // learns of it from the protocol that the app chose, and of nothing from a failed handshake.
        var isHttp2Alone = request.Version.Major >= 2 && request.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower
            && request.Method != HttpMethod.Connect;
        var settings = handler.SslOptions;
        var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = request.RequestUri.IdnHost,
                    ApplicationProtocols = offersHttp2
                        ? isHttp2Alone ? [SslApplicationProtocol.Http2] : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]
                        : [SslApplicationProtocol.Http11],
                    EnabledSslProtocols = settings.EnabledSslProtocols,
                    RemoteCertificateValidationCallback = settings.RemoteCertificateValidationCallback,
                    ClientCertificates = settings.ClientCertificates,
                    LocalCertificateSelectionCallback = settings.LocalCertificateSelectionCallback,
                    CertificateRevocationCheckMode = settings.CertificateRevocationCheckMode,
                    CertificateChainPolicy = settings.CertificateChainPolicy,
                    CipherSuitesPolicy = settings.CipherSuitesPolicy,
                },
                cancellationToken);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }

        if (offersHttp2 && !isHttp2Alone && tls.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
            _http1[server] = true;
        return tls;
    }
}
