using System.Net;

namespace MfaGateway.Hardening;

/// <summary>What the checks before routing need to know of the gateway's settings.</summary>
public sealed record HardeningOptions
{
    /// <summary>Where the gateway's own pages are, with a leading and without a trailing slash.</summary>
    public required string PathPrefix { get; init; }

    /// <summary>The origin under which people reach the gateway's pages, where one is set.</summary>
    public Uri? PublicOrigin { get; init; }

    /// <summary>How long a request target may be, in bytes.</summary>
    public int MaxTargetLength { get; init; } = 8192;

    /// <summary>Peers whose <c>X-Forwarded-*</c> is believed. Empty: nobody's is.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];
}
