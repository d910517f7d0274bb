using MfaGateway.Core.Access;
using MfaGateway.Proxying;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.Configuration;

/// <summary>
/// Finds routes that a client gets around by what it puts into its request. Path, host and method say what is asked for;
/// the query, headers and the port behind the host are the client's to choose, so none of them may decide between a policy and a weaker one.
/// </summary>
internal static class RouteChoiceReview
{
    /// <param name="routes">Without faults by YARP's own rules.</param>
    public static IEnumerable<string> Find(IReadOnlyList<RouteConfig> routes, AccessPolicies policies)
    {
        var spaces = routes.Select(route => new RouteSpace(route, policies)).ToList();
        return from weak in spaces
               where !RouteMetadata.IsSet(weak.Route.Metadata, RouteMetadata.AllowWeakerChoice)
               from strong in spaces
               where weak.IsWeakerThan(strong)
               let key = weak.IsChosenByPortBefore(strong, spaces)
                   ? "the port in Match:Hosts"
                   : weak.SharesAddressesWith(strong) ? KeyThatChooses(weak, strong, spaces) : null
               where key is not null
               select Fault(weak, strong, key);
    }

    private static string? KeyThatChooses(RouteSpace weak, RouteSpace strong, List<RouteSpace> spaces)
    {
        if (weak.SharesMethodsWith(strong))
        {
            // With the right query or header the weak route comes first, and the strong one is never asked.
            if (weak.IsChosenByClient && weak.MayPrecede(strong) && !IsOutOfReach(strong, weak, spaces))
                return Key(weak);
            // Without the right query or header the strong route does not match, and the weak one comes next.
            if (strong.IsChosenByClient && !IsOutOfReach(weak, strong, spaces))
                return Key(strong);
        }
        return weak.OverridesMethods && strong.TakesMethodsBeside(weak) && !spaces.Any(third => third.TakesEveryMethod && third.Precedes(strong) && third.Covers(weak))
            ? $"Metadata:{RouteMetadata.AllowMethodOverride} of route {weak.Route.RouteId}"
            : null;
    }

    // A third route takes all of it before: that one is compared by itself.
    private static bool IsOutOfReach(RouteSpace later, RouteSpace taken, List<RouteSpace> spaces) =>
        spaces.Any(third => third.Precedes(later) && third.Covers(taken));

    private static string Key(RouteSpace route) => $"Match:{string.Join(" and Match:", route.Choosers)} of route {route.Route.RouteId}";

    private static string Fault(RouteSpace weak, RouteSpace strong, string key) =>
        $"ReverseProxy:Routes:{weak.Route.RouteId} ({Name(weak)}) must not take requests for paths of ReverseProxy:Routes:{strong.Route.RouteId} ({Name(strong)}), "
        + $"but does by {key}, which every client can choose: tell them apart by path, host or method, "
        + $"give both the same policy, or set ReverseProxy:Routes:{weak.Route.RouteId}:Metadata:{RouteMetadata.AllowWeakerChoice} to true if this is meant.";

    private static string Name(RouteSpace route) => route.Policy == AccessPolicy.Anonymous ? "Anonymous" : route.Policy.Name;
}
