using System.Net;
using MfaGateway.Hardening;

namespace MfaGateway.Sessions;

/// <summary>
/// Plain HTTP between two programs on one machine: trying the gateway out. Everything else that is not HTTPS gets no
/// session, because its cookie could be read and set by whoever is on the way.
/// </summary>
public static class PlainLoopback
{
    /// <summary>
    /// Whether the request came over plain HTTP, from this machine, to this machine, and from no one who says that it passed
    /// it on (then the way to the browser is not known to be loopback). The host counts because a proxy on the same machine
    /// that ends HTTPS and says nothing of itself still passes on the name that people typed.
    /// </summary>
    public static bool Is(HttpContext context)
    {
        var request = context.Request;
        if (request.IsHttps)
            return false;

        return context.Connection.RemoteIpAddress is { } address
            && IPAddress.IsLoopback(address)
            && IsLoopbackHost(request.Host.Value)
            && context.Features.Get<UnbelievedForwarding>() is null
            && request.Headers["Forwarded"].Count == 0
            && request.Headers.Via.Count == 0;
    }

    /// <summary>Whether a sign-in can work here at all: over HTTPS, or on plain loopback.</summary>
    public static bool CanSignIn(HttpContext context) => context.Request.IsHttps || Is(context);

    /// <summary>A loopback address, <c>localhost</c>, or a name under it (RFC 6761 6.3), with or without a port.</summary>
    private static bool IsLoopbackHost(ReadOnlySpan<char> host)
    {
        var colon = host.LastIndexOf(':');
        if (colon > host.LastIndexOf(']'))
            host = host[..colon];
        if (host is "127.0.0.1" || host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return true;

        return host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.TrimStart('[').TrimEnd(']'), out var address) && IPAddress.IsLoopback(address));
    }
}
