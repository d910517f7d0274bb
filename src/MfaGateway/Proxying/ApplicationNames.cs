using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Proxying;

/// <summary>What the applications are called: their clusters, or what the configuration says that several are together.</summary>
/// <param name="clusterIds">Of the clusters that there are.</param>
public sealed class ApplicationNames(IReadOnlyDictionary<string, ClusterIdentityOptions> clusters, Func<IEnumerable<string>> clusterIds)
{
    /// <summary>The gateway's own pages.</summary>
    public const string Gateway = ApplicationCodes.Gateway;

    /// <summary>All there are, in order.</summary>
    public IReadOnlyList<string> All =>
        [.. clusterIds().Select(Of).Append(Gateway).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public string Of(string clusterId) =>
        clusters.TryGetValue(clusterId, out var options) && options.Application is { } name ? name : clusterId;
}
