using System.Globalization;

namespace MfaGateway.Hardening;

/// <summary>A host of <c>Match:Hosts</c> as routing reads it: <c>name</c>, <c>*.name</c> or <c>*</c>, each with an optional port.</summary>
/// <param name="Name">Without the star, and without the dot of the DNS root.</param>
/// <param name="IsSuffix">A star comes before the name.</param>
internal sealed record HostPattern(string Name, bool IsSuffix, int? Port)
{
    public static HostPattern Parse(string host)
    {
        int? port = null;
        var colon = host.LastIndexOf(':');
        if (colon > host.LastIndexOf(']') && int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            port = number;
            host = host[..colon];
        }
        host = host.Length > 1 ? host.TrimEnd('.') : host;
        return host.StartsWith('*') ? new HostPattern(host[1..], true, port) : new HostPattern(host, false, port);
    }

    public bool Matches(ReadOnlySpan<char> host, int port)
    {
        if (Port is { } wanted && wanted != port)
            return false;
        return IsSuffix
            ? Name.Length == 0 || (host.Length > Name.Length && host.EndsWith(Name, StringComparison.OrdinalIgnoreCase))
            : host.Equals(Name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether every host that the other pattern matches is one of this pattern as well.</summary>
    public bool Covers(HostPattern other)
    {
        if (Port is not null && Port != other.Port)
            return false;
        return IsSuffix
            ? other.Name.EndsWith(Name, StringComparison.OrdinalIgnoreCase) && (other.IsSuffix || other.Name.Length > Name.Length)
            : !other.IsSuffix && other.Name.Equals(Name, StringComparison.OrdinalIgnoreCase);
    }
}
