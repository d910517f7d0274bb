using MfaGateway.Core.IdentityHeaders;

namespace MfaGateway.Proxying;

/// <summary>What the statements to upstream apps need to know of the configuration, which has been checked before.</summary>
public sealed record IdentityHeaderSettings
{
    /// <summary>The assertion's <c>iss</c>: <c>MfaGateway:PublicOrigin</c>, or a fixed word where none is set.</summary>
    public required string Issuer { get; init; }

    /// <summary>How long an assertion lasts; 1 second to 5 minutes. It is reused for at most half of it.</summary>
    public TimeSpan AssertionLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>MfaGateway:Clusters</c>, by cluster id, free of the faults of <see cref="ClusterIdentityValidator"/>.</summary>
    public IReadOnlyDictionary<string, ClusterIdentityOptions> Clusters { get; init; } =
        new Dictionary<string, ClusterIdentityOptions>(StringComparer.Ordinal);

    /// <summary>Names of the gateway's own cookies, which stay between it and the browser.</summary>
    public required IReadOnlyCollection<string> CookieNames { get; init; }

    /// <summary>What relative key files are relative to.</summary>
    public required string ContentRoot { get; init; }

    /// <summary>What is configured for a cluster; the defaults where nothing is.</summary>
    /// <param name="clusterId">Letter case is ignored, as in configuration keys.</param>
    internal ClusterIdentityOptions OptionsOf(string clusterId) =>
        Clusters.FirstOrDefault(pair => pair.Key.Equals(clusterId, StringComparison.OrdinalIgnoreCase)).Value ?? new();

    /// <summary>Names, and beginnings of names with <c>*</c>, that clients may not send beside those known to be forged.</summary>
    public IReadOnlyCollection<string> RemovedHeaders { get; init; } = [];

    internal InboundHeaderRules InboundRules() => new(
        Clusters.Values.SelectMany(cluster => cluster.HeaderNames.Values)
            .Where(name => name.Length > 0)
            .Concat(IdentityHeaderNames.All),
        RemovedHeaders);
}
