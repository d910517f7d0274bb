using MfaGateway.Access;
using MfaGateway.Core.Access;
using MfaGateway.Hardening;
using MfaGateway.Proxying;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.Configuration;

/// <summary>The requests a route takes, and whom it lets through.</summary>
internal sealed class RouteSpace(RouteConfig route, AccessPolicies policies)
{
    private readonly PathSpace _paths = new(route.Match.Path);
    private readonly HostSpace _hosts = new(route.Match.Hosts);
    private readonly HashSet<string> _methods = new(route.Match.Methods ?? [], StringComparer.OrdinalIgnoreCase);

    public RouteConfig Route => route;

    public AccessPolicy Policy { get; } = policies.GetOrDeny(RouteDefaults.PolicyNameOf(route.AuthorizationPolicy));

    /// <summary>Whether anything but path, host and method chooses this route: a client sets all of that as it likes.</summary>
    public bool IsChosenByClient => Choosers.Any();

    /// <summary>The keys of what the client chooses this route by.</summary>
    public IEnumerable<string> Choosers
    {
        get
        {
            if (route.Match.QueryParameters is { Count: > 0 })
                yield return "QueryParameters";
            if (route.Match.Headers is { Count: > 0 })
                yield return "Headers";
        }
    }

    public bool TakesEveryMethod => _methods.Count == 0;

    /// <summary>The app may take a request for one of another method than the one that chose the route.</summary>
    public bool OverridesMethods => _methods.Count > 0 && RouteMetadata.IsSet(route.Metadata, RouteMetadata.AllowMethodOverride);

    public bool IsWeakerThan(RouteSpace other) => !AccessPolicyOrder.AdmitsNoMoreThan(Policy, other.Policy);

    /// <summary>Whether some path and host may lead to both.</summary>
    public bool SharesAddressesWith(RouteSpace other) => _hosts.Overlaps(other._hosts) && _paths.Overlaps(other._paths);

    /// <summary>Whether a client leads a request for a path of the stricter route to this one by the port that it writes into <c>Host</c>.</summary>
    public bool IsChosenByPortBefore(RouteSpace strong, IEnumerable<RouteSpace> others) =>
        // A route that names no host takes its paths before at every port.
        !(route.Match.Hosts is not { Count: > 0 } && Precedes(strong))
        && _paths.Overlaps(strong._paths) && SharesMethodsWith(strong)
        && _hosts.IsToldByPortFrom(strong._hosts, pattern => others.Any(third => third.Keeps(pattern, strong) && third.MayPrecede(this)));

    // What the stricter route protects at one port, this one protects at each.
    private bool Keeps(HostPattern pattern, RouteSpace strong) =>
        !IsChosenByClient && !IsWeakerThan(strong) && route.Match.Hosts is { Count: > 0 } && _hosts.CoversEveryPortOf(pattern) && _paths.Covers(strong._paths)
        && (TakesEveryMethod || (!strong.TakesEveryMethod && _methods.IsSupersetOf(strong._methods)));

    public bool SharesMethodsWith(RouteSpace other) =>
        _methods.Count == 0 || other._methods.Count == 0 || _methods.Overlaps(other._methods);

    /// <summary>Whether this route takes other methods than the other one.</summary>
    public bool TakesMethodsBeside(RouteSpace other) => _methods.Count == 0 || !_methods.IsSubsetOf(other._methods);

    /// <summary>Whether this route takes each request that the other one could take, as long as nothing comes before it.</summary>
    public bool Covers(RouteSpace other) => !IsChosenByClient
        && _paths.Covers(other._paths)
        && _hosts.Covers(other._hosts)
        && (_methods.Count == 0 || (other._methods.Count > 0 && _methods.IsSupersetOf(other._methods)));

    /// <summary>Whether this route is tried before the other one; between equals, what else they ask for decides.</summary>
    public bool Precedes(RouteSpace other) => Rank(other) < 0;

    public bool MayPrecede(RouteSpace other) => Rank(other) <= 0;

    /// <summary>Whether nothing but the table itself can say which of both comes first, and both ask for the same headers and query.</summary>
    public bool MayTieWith(RouteSpace other) =>
        Rank(other) == 0 && SharesAddressesWith(other) && SharesMethodsWith(other) && AskForTheSame(route.Match, other.Route.Match);

    /// <summary>Requests that both would take, if the text satisfies what they demand of a segment.</summary>
    public IEnumerable<RouteSample> SamplesWith(RouteSpace other, string segment)
    {
        var method = _methods.FirstOrDefault(other._methods.Contains) ?? _methods.Concat(other._methods).FirstOrDefault() ?? HttpMethods.Get;
        return _hosts.SamplesWith(other._hosts)
            .Select(host => new RouteSample(method.ToUpperInvariant(), host, _paths.SampleWith(other._paths, segment), route.Match));
    }

    private static bool AskForTheSame(RouteMatch one, RouteMatch other) =>
        (one.Headers ?? []).ToHashSet().SetEquals(other.Headers ?? []) && (one.QueryParameters ?? []).ToHashSet().SetEquals(other.QueryParameters ?? []);

    // As the framework sorts: order, precedence of the pattern, routes with methods first, routes with hosts first.
    private int Rank(RouteSpace other)
    {
        var rank = (route.Order ?? 0).CompareTo(other.Route.Order ?? 0);
        if (rank == 0)
            rank = _paths.Precedence.CompareTo(other._paths.Precedence);
        if (rank == 0)
            rank = TakesEveryMethod.CompareTo(other.TakesEveryMethod);
        return rank == 0 ? (route.Match.Hosts is not { Count: > 0 }).CompareTo(other.Route.Match.Hosts is not { Count: > 0 }) : rank;
    }
}
