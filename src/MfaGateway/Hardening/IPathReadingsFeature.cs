namespace MfaGateway.Hardening;

/// <summary>
/// Present on a request whose path (or method) may mean something else to the upstream than to the gateway. Access is
/// decided by all of it together with the matched route's own policy: the strictest wins.
/// </summary>
public interface IPathReadingsFeature
{
    /// <summary>The policies that all have to be met, without repetition.</summary>
    IReadOnlyList<string> PolicyNames { get; }

    /// <summary>The clusters that the readings lead to, without repetition. Null is a route without one.</summary>
    IReadOnlyList<string?> ClusterIds { get; }

    /// <summary>Some reading meets no proxied route at all, so the request is to be denied.</summary>
    bool MeetsNoRoute { get; }
}

internal sealed record PathReadingsFeature(IReadOnlyList<string> PolicyNames, IReadOnlyList<string?> ClusterIds, bool MeetsNoRoute) : IPathReadingsFeature
{
    public static readonly PathReadingsFeature None = new([], [], MeetsNoRoute: false);

    /// <summary>What is met by either.</summary>
    public PathReadingsFeature And(PathReadingsFeature other) => new(
        [.. PolicyNames.Union(other.PolicyNames)], [.. ClusterIds.Union(other.ClusterIds)], MeetsNoRoute || other.MeetsNoRoute);
}

/// <summary>Present on a request with an ambiguous target that some upstream would read as climbing.</summary>
/// <param name="Floor">How many of the path's first segments are left at least. Null where it may lead anywhere.</param>
internal sealed record ClimbingPathFeature(int? Floor);
