using System.Net;

namespace MfaGateway.Proxying;

/// <summary>
/// Uses each connection to an HTTP/1.0 server once. Such a server closes it after its answer unless it says otherwise
/// (RFC 9112 9.3); the framework's client would send the next request there nevertheless, which is lost when it comes
/// before the close. Until a cluster has answered for the first time nobody knows, and nothing is risked.
/// </summary>
/// <param name="keeping">Keeps connections for further requests.</param>
/// <param name="single">Closes each connection after its answer.</param>
internal sealed class SingleAnswerConnections(HttpMessageHandler keeping, HttpMessageHandler single) : DelegatingHandler(keeping)
{
    private readonly HttpMessageInvoker once = new(single, disposeHandler: true);
    private volatile bool keepsOpen;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        keepsOpen ? base.SendAsync(request, cancellationToken) : SendOnceAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            once.Dispose();
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await once.SendAsync(request, cancellationToken);
        keepsOpen = response.Version >= HttpVersion.Version11;
        return response;
    }
}
