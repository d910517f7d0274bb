using System.Net;

namespace MfaGateway.Proxying;

/// <summary>
/// The connections to an app that authenticates connections (NTLM, Negotiate). What is sent for a session goes on connections
/// of its own; everything else, on a connection that carries it alone. HTTP/1.1 always: HTTP/2 shares a connection by design.
/// </summary>
/// <param name="single">Closes each connection after its answer.</param>
/// <param name="sessions">Keeps the others.</param>
/// <param name="make">Makes a client that keeps connections, for one session.</param>
/// <param name="readsEveryBody">Whether something may follow on a connection after a body.</param>
internal sealed class ApartConnections(
    HttpMessageHandler single, SessionConnections sessions, Func<HttpMessageHandler> make, bool readsEveryBody) : DelegatingHandler(single)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        (request.Version, request.VersionPolicy) = (HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower);
        if (!request.Options.TryGetValue(ConnectionOwner.Key, out var owner))
        {
            request.Headers.ConnectionClose = request.Headers.Upgrade.Count == 0 ? true : null;
            return base.SendAsync(request, cancellationToken);
        }

        var isLast = !readsEveryBody && (request.Content is not null || request.Method == HttpMethod.Head);
        return isLast ? SendLastAsync(request, owner, cancellationToken) : sessions.Of(this, owner, make).SendAsync(request, cancellationToken);
    }

    // On the connection that has been authenticated, and no longer on it afterwards.
    private async Task<HttpResponseMessage> SendLastAsync(HttpRequestMessage request, ConnectionOwner owner, CancellationToken cancellationToken)
    {
        request.Headers.ConnectionClose = true;
        try
        {
            return await sessions.Of(this, owner, make).SendAsync(request, cancellationToken);
        }
        finally
        {
            sessions.Close(this, owner);
        }
    }
}
