using MfaGateway.Core.Access;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.Access;

/// <summary>
/// Gives every route an access policy of ours: the default one where none is named, and our own anonymous one for
/// YARP's <c>Anonymous</c>, so that no route goes past <see cref="AccessRequirementHandler"/>.
/// </summary>
public sealed class RouteDefaults : IProxyConfigFilter
{
    public const string YarpAnonymous = "Anonymous";
    public const string YarpDefault = "Default";

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) => new(cluster);

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
        new(route with { AuthorizationPolicy = PolicyNameOf(route.AuthorizationPolicy) });

    public static string PolicyNameOf(string? configured)
    {
        if (string.IsNullOrWhiteSpace(configured) || configured.Equals(YarpDefault, StringComparison.OrdinalIgnoreCase))
            return AccessPolicy.DefaultName;

        return configured.Equals(YarpAnonymous, StringComparison.OrdinalIgnoreCase) ? AccessPolicy.AnonymousName : configured;
    }
}
