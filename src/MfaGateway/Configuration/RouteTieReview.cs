using MfaGateway.Core.Access;
using Microsoft.AspNetCore.Authorization;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.Configuration;

/// <summary>
/// Finds routes that match the same requests with the same order. Routing can't choose between them, so that everyone would get
/// an error. Pairs that may be such are tried on the table itself, with requests that are made for both.
/// </summary>
internal static class RouteTieReview
{
    // One of them satisfies the usual constraints of a parameter.
    private static readonly string[] Segments = ["x", "1", "true", "2026-01-01", "6f9619ff-8b86-4011-b42d-00cf4fc964ff"];

    /// <param name="routes">Without faults by YARP's own rules, and with the policies that they get.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(
        IReadOnlyList<RouteConfig> routes, IReadOnlyList<ClusterConfig> clusters, IAuthorizationPolicyProvider anyPolicy, AccessPolicies policies)
    {
        var spaces = routes.Select(route => new RouteSpace(route, policies)).ToList();
        var pairs = spaces.SelectMany((one, index) => spaces.Skip(index + 1).Where(one.MayTieWith).Select(other => (one, other))).ToList();
        if (pairs.Count == 0)
            return [];

        var faults = new List<string>();
        await using var table = new RouteTrial(routes, [.. clusters.Select(cluster => cluster with { HealthCheck = null })], anyPolicy);
        foreach (var (one, other) in pairs)
        {
            if (await FindAsync(table, one, other) is { } request)
                faults.Add(Fault(one.Route, other.Route, request));
        }
        return faults;
    }

    // Null where the table chooses one of them, or a third, for every request that was tried.
    private static async Task<RouteSample?> FindAsync(RouteTrial table, RouteSpace one, RouteSpace other)
    {
        foreach (var request in Segments.SelectMany(segment => one.SamplesWith(other, segment)))
        {
            if (await table.IsTieAsync(request.Describe))
                return request;
        }
        return null;
    }

    private static string Fault(RouteConfig one, RouteConfig other, RouteSample request) =>
        $"ReverseProxy:Routes:{one.RouteId} must not match the same requests as ReverseProxy:Routes:{other.RouteId} with the same order, but does, {request} among them: "
        + $"they would all be answered with an error. Tell them apart by path, host or method, or set Order of the one that comes first to less than {one.Order ?? 0}.";
}
