using Microsoft.AspNetCore.Http.Features;

namespace MfaGateway.Hardening;

/// <summary>
/// The forwarder sends a request that asks for another protocol as GET, although its method may be another one (RFC 6455 4.1 wants GET). A request
/// must be judged by the method that the app gets: a route that is open to OPTIONS or POST alone is not open to GET.
/// </summary>
internal static class UpgradeMethods
{
    private const string WebSocket = "websocket";
    private const string Spdy = "SPDY/";

    private static readonly Problem NeedsGet = new(
        StatusCodes.Status400BadRequest, "upgrade-needs-get", "A switch of protocols is asked for with GET.", "See RFC 6455, section 4.1.");

    private static readonly Problem NamesSeveral = new(
        StatusCodes.Status400BadRequest, "upgrade-names-several", "One protocol is asked for at a time.", null);

    /// <summary>From here on a WebSocket over HTTP/2 (extended CONNECT, RFC 8441) is the GET that the app gets.</summary>
    /// <returns>What to answer instead; null for a request whose method is the one that is forwarded.</returns>
    public static Problem? Refuse(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsConnect(request.Method))
        {
            if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true })
                request.Method = HttpMethods.Get;
            return null;
        }

        if (request.Headers.Upgrade.Count == 0 || request.Headers.Upgrade.ToString() is not { } upgrade || !IsForwarded(upgrade))
            return null;
        if (request.Method != HttpMethods.Get)
            return NeedsGet;
        // The forwarder passes on a list that begins with SPDY as it is, and the app may choose what carries requests of its own (h2c, TLS).
        return upgrade.Contains(',') ? NamesSeveral : null;
    }

    private static bool IsForwarded(string upgrade) =>
        upgrade.Contains(WebSocket, StringComparison.OrdinalIgnoreCase) || upgrade.Contains(Spdy, StringComparison.OrdinalIgnoreCase);
}
