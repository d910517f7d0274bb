using MfaGateway.Core.IdentityHeaders;

namespace MfaGateway.Proxying;

/// <summary>The headers that tell one cluster of one person, ready to be sent for a while.</summary>
internal sealed class PreparedHeaders(
    ClusterIdentity cluster, SigningKey key, KeyValuePair<string, string>[] fields, DateTimeOffset from, DateTimeOffset until)
{
    public ClusterIdentity Cluster { get; } = cluster;

    /// <summary>The assertion first, then the plain headers.</summary>
    public KeyValuePair<string, string>[] Fields { get; } = fields;

    /// <summary>The same as an RFC 9421 signature covers them.</summary>
    public SignedField[] SignedFields { get; } = cluster.Signs
        ? [.. fields.Select(field => new SignedField(field.Key.ToLowerInvariant(), field.Value))]
        : [];

    // A clock that was set back, or a new key, makes a new one as well.
    public bool MayBeReused(DateTimeOffset now, SigningKey current) =>
        now >= from && now < until && ReferenceEquals(key, current);
}
