using MfaGateway.Core.Access;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.Access;

/// <summary>
/// Gives every route an access policy of ours: the default one where none is named, and our own anonymous one for
/// YARP's <c>Anonymous</c>, so that no route goes past <see cref="AccessRequirementHandler"/>. How large a body may be is
/// for the app to say, unless the route says it: the server's own limit (30 MB) is there for programs that keep bodies.
/// </summary>
public sealed class RouteDefaults : IProxyConfigFilter
{
    public const string YarpAnonymous = "Anonymous";
    public const string YarpDefault = "Default";

    private const long Unlimited = -1; // YARP's word for it

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) => new(cluster);

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
        new(route with
        {
            AuthorizationPolicy = PolicyNameOf(route.AuthorizationPolicy),
            MaxRequestBodySize = route.MaxRequestBodySize ?? Unlimited,
        });

    public static string PolicyNameOf(string? configured)
    {
        if (string.IsNullOrWhiteSpace(configured) || configured.Equals(YarpDefault, StringComparison.OrdinalIgnoreCase))
            return AccessPolicy.DefaultName;

        return configured.Equals(YarpAnonymous, StringComparison.OrdinalIgnoreCase) ? AccessPolicy.AnonymousName : configured;
    }
}
