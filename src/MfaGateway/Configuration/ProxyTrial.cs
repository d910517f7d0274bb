using Microsoft.AspNetCore.Authorization;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.Configuration;

/// <summary>
/// Builds what routes and clusters become at the start (transforms, clients, the table of routes) and throws it away. It
/// finds what no validator looks for and what would otherwise answer the first request with a fault: an unknown constraint
/// in a path, a host that is none, a method that is no token. Nothing is sent and nothing listens.
/// </summary>
internal static class ProxyTrial
{
    /// <summary>One line a fault; a fault that one route has by itself names it.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(
        IReadOnlyList<RouteConfig> routes, IReadOnlyList<ClusterConfig> clusters, IAuthorizationPolicyProvider policies)
    {
        // Health checks would begin to ask the apps.
        ClusterConfig[] silent = [.. clusters.Select(cluster => cluster with { HealthCheck = null })];
        if (await TryAsync(routes, silent, policies) is not { } whole)
            return [];

        var faults = new List<string>();
        foreach (var route in routes)
        {
            if (await TryAsync([route], silent, policies) is { } fault)
                faults.Add($"ReverseProxy:Routes:{route.RouteId}: {fault}");
        }
        return faults.Count > 0 ? faults : [$"ReverseProxy: {whole}"];
    }

    private static async Task<string?> TryAsync(IReadOnlyList<RouteConfig> routes, ClusterConfig[] clusters, IAuthorizationPolicyProvider policies)
    {
        await using var table = new RouteTrial(routes, clusters, policies);
        return await table.FaultAsync();
    }
}
