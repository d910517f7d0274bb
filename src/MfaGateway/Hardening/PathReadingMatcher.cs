namespace MfaGateway.Hardening;

/// <summary>Finds which policies the readings of a path meet, by asking the framework's own matcher about each.</summary>
internal sealed class PathReadingMatcher(RouteProbe routes)
{
    /// <summary>What the readings meet, or null where all of them meet one and the same policy.</summary>
    public async Task<PathReadingsFeature?> MatchAsync(HttpContext context, IReadOnlyList<string> paths)
    {
        var probe = RouteProbe.RequestLike(context);
        var policies = new HashSet<string>(StringComparer.Ordinal);
        var meetsNoRoute = false;

        // What the server itself made of the path is what routing will act on, so it is a reading as well.
        foreach (var path in paths.Append(context.Request.Path.Value ?? "/"))
        {
            if (await routes.FindPolicyNameAsync(probe, path) is { } policy)
                policies.Add(policy);
            else
                meetsNoRoute = true;
        }
        return policies.Count == 1 && !meetsNoRoute ? null : new PathReadingsFeature([.. policies], meetsNoRoute);
    }
}
