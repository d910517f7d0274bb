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
    /// Whether the request came over plain HTTP, from this machine, and from nobody who says that it passed it on
    /// (then the way to the browser is not known to be loopback).
    /// </summary>
    public static bool Is(HttpContext context)
    {
        var request = context.Request;
        if (request.IsHttps)
            return false;

        return context.Connection.RemoteIpAddress is { } address
            && IPAddress.IsLoopback(address)
            && context.Features.Get<UnbelievedForwarding>() is null
            && request.Headers["Forwarded"].Count == 0
            && request.Headers.Via.Count == 0;
    }

    /// <summary>Whether a sign-in can work here at all: over HTTPS, or on plain loopback.</summary>
    public static bool CanSignIn(HttpContext context) => context.Request.IsHttps || Is(context);
}
