using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Model;

namespace MfaGateway.Hardening;

/// <summary>Asks the framework's own matcher where a path would lead, without going there.</summary>
public sealed class RouteProbe(HardeningOptions options)
{
    private readonly PathString _prefix = options.PathPrefix;

    /// <summary>
    /// Routing over the same endpoints as the application's, set when the pipeline is built. No route may be marked to
    /// short-circuit: routing would run it.
    /// </summary>
    internal RequestDelegate Route { get; set; } = static _ => throw new InvalidOperationException("The pipeline is not built yet.");

    // A string turns into a PathString by being decoded, unless one is made of it explicitly.
    public bool IsOwnPage(string path) => new PathString(path).StartsWithSegments(_prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The policy that a path's route names. Null for no route, and for the gateway's own pages, which no proxied request may be taken for.</summary>
    public async Task<string?> FindPolicyNameAsync(DefaultHttpContext probe, string path) =>
        (await FindAsync(probe, path))?.PolicyName;

    /// <summary>The cluster that a path leads to; null where it leads to no route.</summary>
    public async Task<string?> FindClusterIdAsync(DefaultHttpContext probe, string path) =>
        (await FindAsync(probe, path))?.ClusterId;

    /// <summary>The route that a path leads to. Null for no route, and for the gateway's own pages.</summary>
    internal async Task<ProbedRoute?> FindAsync(DefaultHttpContext probe, string path)
    {
        if (IsOwnPage(path))
            return null;
        probe.SetEndpoint(null);
        probe.Request.RouteValues.Clear();
        // Routes are matched against decoded text: "/my app" in a route is "/my%20app" on the wire.
        probe.Request.Path = PathString.FromUriComponent(path);
        await Route(probe);
        var endpoint = probe.GetEndpoint();
        return endpoint?.Metadata.GetMetadata<RouteModel>() is { } route
            ? new ProbedRoute(endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy, route.Config.ClusterId, route.Config.Match.Path)
            : null;
    }

    /// <summary>A request to ask with: all of this one but its path.</summary>
    /// <param name="method">The one to ask with; null for the request's own.</param>
    public static DefaultHttpContext RequestLike(HttpContext context, string? method = null)
    {
        var request = context.Request;
        var probe = new DefaultHttpContext { RequestServices = context.RequestServices, RequestAborted = context.RequestAborted };
        probe.Features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Protocol = request.Protocol,
            Method = method ?? request.Method,
            Scheme = request.Scheme,
            QueryString = request.QueryString.Value ?? "",
            Headers = request.Headers,
        });
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { } extendedConnect)
            probe.Features.Set(extendedConnect);
        return probe;
    }
}
