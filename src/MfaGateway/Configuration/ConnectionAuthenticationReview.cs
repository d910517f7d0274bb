using MfaGateway.Proxying;

namespace MfaGateway.Configuration;

/// <summary>What can't be together with <c>ConnectionAuthentication</c>: a handshake takes several requests on one HTTP/1.1 connection.</summary>
internal static class ConnectionAuthenticationReview
{
    /// <param name="cluster">The cluster's section of YARP.</param>
    /// <param name="id">Its name as <c>MfaGateway:Clusters</c> has it.</param>
    public static IEnumerable<string> Find(IConfigurationSection cluster, string id)
    {
        var key = $"{ClusterIdentityValidator.Key}:{id}:ConnectionAuthentication";
        var policy = cluster["HttpRequest:VersionPolicy"];
        if (policy is not null && !policy.Equals(nameof(HttpVersionPolicy.RequestVersionOrLower), StringComparison.OrdinalIgnoreCase)
            && Version.TryParse(cluster["HttpRequest:Version"] is { } version && !version.Contains('.') ? version + ".0" : cluster["HttpRequest:Version"] ?? "2.0", out var asked)
            && asked.Major >= 2)
        {
            yield return $"{cluster.Path}:HttpRequest:VersionPolicy must be RequestVersionOrLower with {key}, which needs HTTP/1.1, but was {ShownValue.Of(policy)}.";
        }

        var destinations = cluster.GetSection("Destinations").GetChildren().Count();
        if (destinations > 1 && !(bool.TryParse(cluster["SessionAffinity:Enabled"], out var isOn) && isOn))
            yield return $"{cluster.Path}:SessionAffinity:Enabled must be true with {key} and more than one destination ({destinations}): a handshake takes several requests to one of them.";
    }
}
