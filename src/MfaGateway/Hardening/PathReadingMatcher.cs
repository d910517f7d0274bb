using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Model;

namespace MfaGateway.Hardening;

/// <summary>Finds which policies the readings of a path meet, by asking the framework's own matcher about each.</summary>
/// <param name="route">
/// Routing over the same endpoints as the application's. No route may be marked to short-circuit: routing would run it.
/// </param>
internal sealed class PathReadingMatcher(RequestDelegate route, PathString prefix)
{
    /// <summary>What the readings meet, or null where all of them meet one and the same policy.</summary>
    public async Task<PathReadingsFeature?> MatchAsync(HttpContext context, IReadOnlyList<string> paths)
    {
        var probe = Probe(context);
        var policies = new HashSet<string>(StringComparer.Ordinal);
        var meetsNoRoute = false;

        // What the server itself made of the path is what routing will act on, so it is a reading as well.
        foreach (var path in paths.Append(context.Request.Path.Value ?? "/"))
        {
            if (await PolicyOfAsync(probe, path) is { } policy)
                policies.Add(policy);
            else
                meetsNoRoute = true;
        }
        return policies.Count == 1 && !meetsNoRoute ? null : new PathReadingsFeature([.. policies], meetsNoRoute);
    }

    /// <summary>Null for no route, and for the gateway's own pages, which no proxied request may be taken for.</summary>
    private async Task<string?> PolicyOfAsync(DefaultHttpContext probe, string path)
    {
        if (new PathString(path).StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase))
            return null;
        probe.SetEndpoint(null);
        probe.Request.RouteValues.Clear();
        probe.Request.Path = path;
        await route(probe);
        var endpoint = probe.GetEndpoint();
        return endpoint?.Metadata.GetMetadata<RouteModel>() is null ? null : endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
    }

    private static DefaultHttpContext Probe(HttpContext context)
    {
        var request = context.Request;
        var probe = new DefaultHttpContext { RequestServices = context.RequestServices, RequestAborted = context.RequestAborted };
        probe.Features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Protocol = request.Protocol,
            Method = request.Method,
            Scheme = request.Scheme,
            QueryString = request.QueryString.Value ?? "",
            Headers = request.Headers,
        });
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { } extendedConnect)
            probe.Features.Set(extendedConnect);
        return probe;
    }
}
