using Microsoft.AspNetCore.Routing.Patterns;
using Yarp.ReverseProxy;

namespace MfaGateway.Hardening;

/// <summary>Paths that lead to each of the routes, for a request that may be taken to any of them.</summary>
internal sealed class RouteSamples(IProxyStateLookup routes)
{
    // What a parameter may be; no route is likely to name it.
    private const string Any = "any-other-name";

    /// <summary>One path for every route that can be met below these segments, and paths that no route names.</summary>
    /// <param name="path">Of the request, decoded.</param>
    /// <param name="segments">How many of its first segments every one of them begins with.</param>
    public IEnumerable<RouteSample> Below(PathString path, int segments)
    {
        string[] kept = [.. (path.Value ?? "/").Split('/').Skip(1).Take(segments)];
        yield return new(Join([.. kept, Any])) { IsNamedByNone = true };
        yield return new(Join([.. kept, Any, Any])) { IsNamedByNone = true };
        yield return new(Join([.. kept, ""]));
        foreach (var route in routes.GetRoutes().Select(route => route.Config))
        {
            var pattern = RoutePatternFactory.Parse(route.Match.Path ?? "/{**rest}");
            if (Sample(pattern, kept) is { } sample)
                yield return new(sample) { Route = pattern.ParameterPolicies.Count == 0 ? null : new(route.AuthorizationPolicy, route.ClusterId, route.Match.Path) };
        }
    }

    /// <summary>Null where the route is not below the kept segments.</summary>
    private static string? Sample(RoutePattern pattern, string[] kept)
    {
        var sample = new List<string>(kept);
        for (var i = 0; i < pattern.PathSegments.Count; i++)
        {
            var fixedText = FixedTextOf(pattern.PathSegments[i]);
            if (i >= kept.Length)
                sample.Add(fixedText ?? Any);
            else if (fixedText is not null && !fixedText.Equals(kept[i], StringComparison.OrdinalIgnoreCase))
                return null;
        }
        return Join(sample);
    }

    private static string? FixedTextOf(RoutePatternPathSegment segment) =>
        segment.IsSimple && segment.Parts[0] is RoutePatternLiteralPart literal ? literal.Content : null;

    private static string Join(IEnumerable<string> segments) => "/" + string.Join('/', segments.Select(Uri.EscapeDataString));
}

/// <summary>A path that a request may be taken to.</summary>
/// <param name="Path">Escaped.</param>
internal sealed record RouteSample(string Path)
{
    /// <summary>No route names it, so that what it meets, or that it meets nothing, holds for most paths there.</summary>
    public bool IsNamedByNone { get; init; }

    /// <summary>The route itself, where it constrains its parameters and no sample is sure to fit; on whichever host.</summary>
    public ProbedRoute? Route { get; init; }
}
