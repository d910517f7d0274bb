using System.Net;
using MfaGateway.Hardening;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Http.Features;

namespace MfaGateway.OpenRequests;

/// <summary>
/// A proxied request of somebody who is signed in, from when it was let through to its last byte. Holds nothing of the
/// <see cref="HttpContext"/> that another thread must not read.
/// </summary>
public sealed class OpenRequest(HttpContext context, LiveSession session)
{
    private readonly IHttpRequestLifetimeFeature _lifetime = context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
    private volatile LiveSession _session = session;
    private volatile OpenRequestUse _use;

    /// <summary>The session that it goes on under: as it was read last, and after a step-up the one that carries it on.</summary>
    public LiveSession Session
    {
        get => _session;
        set => _session = value;
    }

    public OpenRequestUse Use
    {
        get => _use;
        set => _use = value;
    }

    /// <summary>The route that it was let through to.</summary>
    public Endpoint? Route { get; } = context.GetEndpoint();

    public IPathReadingsFeature? Readings { get; } = context.Features.Get<IPathReadingsFeature>();

    public IPAddress? ClientAddress { get; } = context.Connection.RemoteIpAddress;

    /// <summary>When it was last certain that it may go on, by the machine's tick count.</summary>
    public long CheckedAtTick { get; set; } = Environment.TickCount64;

    // Its place in the list, under that part's lock. No part: it is over.
    internal OpenRequestList.Part? Part { get; set; }

    internal OpenRequest? Before { get; set; }

    internal OpenRequest? After { get; set; }

    /// <summary>Cuts the connection (HTTP/1.1) or the stream (HTTP/2), whatever has been sent.</summary>
    internal void Abort() => _lifetime.Abort();
}
