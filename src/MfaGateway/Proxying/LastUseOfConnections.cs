using System.Collections.Concurrent;
using System.Net;

namespace MfaGateway.Proxying;

/// <summary>
/// Lets nothing follow, on a connection to an HTTP/1.x server, a request with a body or a HEAD: bytes of the body that the
/// server leaves unread would be its next request, and a body that it sends with HEAD would be its next answer. The server
/// is asked to close (RFC 9112 9.6), and the connection is closed from this side after the answer.
/// </summary>
/// <remarks>HTTP/2 frames each message by itself: a server that has answered by it is asked by it again, on shared connections.</remarks>
/// <param name="keeping">Keeps connections for further requests.</param>
/// <param name="single">Closes each connection after its answer.</param>
internal sealed class LastUseOfConnections(HttpMessageHandler keeping, HttpMessageHandler single) : DelegatingHandler(keeping)
{
    private readonly HttpMessageInvoker _once = new(single, disposeHandler: true);
    private readonly ConcurrentDictionary<string, bool> _http2 = new(StringComparer.OrdinalIgnoreCase);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Content is null && request.Method != HttpMethod.Head ? base.SendAsync(request, cancellationToken) : SendLastAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _once.Dispose();
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> SendLastAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Not sent over HTTP/2, which has no such header.
        request.Headers.ConnectionClose = true;
        if (request.Version.Major >= 2 && request.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower)
            return await base.SendAsync(request, cancellationToken);

        var server = request.RequestUri!.GetLeftPart(UriPartial.Authority);
        if (_http2.ContainsKey(server) && await TrySendByHttp2Async(request, server, cancellationToken) is { } answer)
            return answer;

        var response = await _once.SendAsync(request, cancellationToken);
        if (response.Version.Major >= 2)
            _http2[server] = true;
        return response;
    }

    // Null, with nothing sent, when the server speaks it no longer.
    private async Task<HttpResponseMessage?> TrySendByHttp2Async(HttpRequestMessage request, string server, CancellationToken cancellationToken)
    {
        var (version, policy) = (request.Version, request.VersionPolicy);
        try
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.VersionNegotiationError)
        {
            _http2.TryRemove(server, out _);
            (request.Version, request.VersionPolicy) = (version, policy);
            return null;
        }
    }
}
