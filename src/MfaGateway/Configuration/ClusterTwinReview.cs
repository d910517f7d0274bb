using MfaGateway.Core.IdentityHeaders;
using MfaGateway.Proxying;

namespace MfaGateway.Configuration;

/// <summary>
/// Clusters that could use each other's statements: an app passes on what it got, and another one with the same audience, or the same
/// HMAC key, believes it. Clusters of one application may share both.
/// </summary>
internal static class ClusterTwinReview
{
    private const string Remedy = "If both are parts of one application, give both the same Application.";

    /// <param name="ids">Of all clusters in YARP's section.</param>
    public static IEnumerable<string> Find(IEnumerable<string> ids, IReadOnlyDictionary<string, ClusterIdentityOptions> clusters, string contentRoot)
    {
        var all = ids.Select(id => (Id: id, Options: clusters.GetValueOrDefault(id) ?? new())).ToList();
        foreach (var (one, index) in all.Select((cluster, index) => (cluster, index)))
        {
            foreach (var other in all.Take(index).Where(other => !AreOneApplication(one.Options, other.Options)))
            {
                if (AudienceFault(one, other) is { } audience)
                    yield return audience;
                if (Secret(one, contentRoot) is { } secret && Secret(other, contentRoot) is { } same && secret.KeyId == same.KeyId && secret.Key.AsSpan().SequenceEqual(same.Key))
                    yield return $"{Key(one.Id)}:Signature:KeyFile must hold another key than {Key(other.Id)}:Signature:KeyFile, but both hold one, with the KeyId {ShownValue.Of(secret.KeyId)}. {Remedy}";
            }
        }
    }

    private static string? AudienceFault((string Id, ClusterIdentityOptions Options) one, (string Id, ClusterIdentityOptions Options) other)
    {
        // An id is what an app asks for unless it is configured otherwise, so that it counts as well.
        string[] rest = [other.Options.Audience ?? other.Id, other.Id];
        if (one.Options.Audience is { } audience && rest.Contains(audience, StringComparer.OrdinalIgnoreCase))
            return Fault(one.Id, audience, other.Id);
        return one.Id.Equals(other.Options.Audience, StringComparison.OrdinalIgnoreCase) ? Fault(other.Id, other.Options.Audience, one.Id) : null;
    }

    private static string Fault(string id, string audience, string other) =>
        $"{Key(id)}:Audience must be neither the Audience nor the id of cluster {other}, but was {ShownValue.Of(audience)}. {Remedy}";

    private static bool AreOneApplication(ClusterIdentityOptions one, ClusterIdentityOptions other) =>
        one.Application is { } application && application.Equals(other.Application, StringComparison.Ordinal);

    // Null where there is none, or none that can be used, which ClusterIdentityValidator reports.
    private static (string KeyId, byte[] Key)? Secret((string Id, ClusterIdentityOptions Options) cluster, string contentRoot)
    {
        if (cluster.Options.Signature is not { Algorithm: MessageSignatureAlgorithm.HmacSha256, KeyFile: { Length: > 0 } file } signature)
            return null;
        try
        {
            return (signature.KeyId ?? cluster.Id, ClusterIdentity.ReadKeyFile(file, contentRoot));
        }
        catch (Exception reported) when (reported is FormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string Key(string id) => $"{ClusterIdentityValidator.Key}:{id}";
}
