using System.Globalization;
using System.Net;

namespace MfaGateway.Configuration;

/// <summary>Scheme and host that people use, and the domain that several hosts share.</summary>
internal static class Origins
{
    /// <summary>
    /// Exactly what a browser would send as <c>Origin</c>: lower case, no path, no default port. Plain HTTP on loopback
    /// alone: elsewhere nobody could sign in, because cookies need HTTPS.
    /// </summary>
    public static bool IsPublicOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsLoopback(uri.Host)))
        && text == Canonical(uri);

    /// <summary>At least two labels, and a name: RFC 6265 5.1.3 shares no cookie between addresses.</summary>
    public static bool IsCookieDomain(string text) =>
        text.Length <= 253
        && text.Split('.') is { Length: > 1 } labels
        && labels.All(IsLabel)
        && !labels[^1].All(char.IsAsciiDigit);

    /// <summary>RFC 6265 5.1.3: the domain itself, or a host below it.</summary>
    public static bool IsWithin(string origin, string domain)
    {
        var host = new Uri(origin).IdnHost;
        return host.Equals(domain, StringComparison.OrdinalIgnoreCase)
            || host.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A name or an address that can be connected to; no port, no scheme.</summary>
    public static bool IsHost(string text) => Uri.CheckHostName(text) is not (UriHostNameType.Unknown or UriHostNameType.Basic);

    private static string Canonical(Uri uri)
    {
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort
            ? $"{uri.Scheme}://{host}"
            : string.Create(CultureInfo.InvariantCulture, $"{uri.Scheme}://{host}:{uri.Port}");
    }

    private static bool IsLoopback(string host) =>
        host is "localhost"
        || host.EndsWith(".localhost", StringComparison.Ordinal) // RFC 6761 6.3
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
