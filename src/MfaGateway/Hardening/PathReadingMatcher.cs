using MfaGateway.Core.Access;

namespace MfaGateway.Hardening;

/// <summary>Finds which policies and clusters the readings of a path meet, by asking the framework's own matcher about each.</summary>
internal sealed class PathReadingMatcher(RouteProbe routes, ReachableRoutes reachable)
{
    private readonly RouteSpellings spellings = new();

    /// <summary>What the readings meet, or null where all of them meet one and the same policy and cluster.</summary>
    public async Task<PathReadingsFeature?> MatchAsync(HttpContext context, IReadOnlyList<string> paths)
    {
        // What the server itself made of the path is what routing will act on, so it is a reading as well.
        var met = await MatchAllAsync(context, paths.Append(context.Request.Path.Value ?? "/"));
        return met.PolicyNames.Count == 1 && met.ClusterIds.Count == 1 && !met.MeetsNoRoute ? null : met;
    }

    /// <summary>
    /// What GET meets, by which apps answer HEAD (RFC 9110 9.3.2). Null where it meets no route: then a route names HEAD itself, or takes nothing.
    /// </summary>
    public async Task<PathReadingsFeature?> MatchAsGetAsync(HttpContext context, IEnumerable<string> paths)
    {
        var met = await MatchAllAsync(context, paths.Append(context.Request.Path.Value ?? "/"), HttpMethods.Get);
        return met.PolicyNames.Count == 0 ? null : met with { MeetsNoRoute = false };
    }

    /// <summary>Everything that can be met with the method, host and headers of this request below the first segments of its path.</summary>
    public async Task<PathReadingsFeature> MatchBelowAsync(HttpContext context, int segments)
    {
        var probe = RouteProbe.RequestLike(context);
        foreach (var path in ReachableRoutes.UnnamedBelow(context.Request.Path, segments))
        {
            if (await routes.FindAsync(probe, path) is null)
                return PathReadingsFeature.None with { MeetsNoRoute = true };
        }
        ProbedRoute[] met = [.. reachable.Below(context.Request, segments)];
        return new(
            [.. met.Select(route => route.PolicyName).OfType<string>().Distinct(StringComparer.Ordinal)],
            [.. met.Select(route => route.ClusterId).Distinct(StringComparer.Ordinal)],
            MeetsNoRoute: met.Any(route => route.PolicyName is null));
    }

    /// <summary>The policies of all that is inside these paths. What has no route there can't be asked for, and counts for nothing.</summary>
    /// <param name="paths">Escaped.</param>
    public async Task<PathReadingsFeature> MatchInsideAsync(HttpContext context, IEnumerable<string> paths)
    {
        var probe = RouteProbe.RequestLike(context);
        var policies = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths.Select(Uri.UnescapeDataString))
        {
            policies.UnionWith(reachable.Inside(context.Request, path).Select(route => route.PolicyName ?? AccessPolicy.DefaultName));
            foreach (var inside in ReachableRoutes.UnnamedInside(path))
            {
                if (await routes.FindAsync(probe, inside) is { PolicyName: { } policy })
                    policies.Add(policy);
            }
        }

        return PathReadingsFeature.None with { PolicyNames = [.. policies] };
    }

    /// <summary>Everything that these paths meet. The first one is the path as it was sent.</summary>
    /// <param name="method">The one to ask with; null for the request's own.</param>
    public async Task<PathReadingsFeature> MatchAllAsync(HttpContext context, IEnumerable<string> paths, string? method = null)
    {
        var probe = RouteProbe.RequestLike(context, method);
        var policies = new HashSet<string>(StringComparer.Ordinal);
        var clusters = new HashSet<string?>(StringComparer.Ordinal);
        var meetsNoRoute = false;
        ProbedRoute? own = null;
        foreach (var (index, path) in paths.Index())
        {
            var route = await routes.FindAsync(probe, path);
            if (index == 0)
                own = route;
            if (spellings.IsOfOwnName(own, path, route))
                continue;
            if (route is { PolicyName: { } policy })
            {
                policies.Add(policy);
                clusters.Add(route.ClusterId);
            }
            else
            {
                meetsNoRoute = true;
            }
        }
        return new PathReadingsFeature([.. policies], [.. clusters], meetsNoRoute);
    }
}
