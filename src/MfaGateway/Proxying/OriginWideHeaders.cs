using System.Globalization;
using MfaGateway.Hardening;
using Microsoft.Extensions.Primitives;

namespace MfaGateway.Proxying;

/// <summary>
/// Response headers by which one answer of one app changes what the browser does with every later request to the origin,
/// the gateway's pages included. What an app says of its own page alone is none of them.
/// </summary>
internal static class OriginWideHeaders
{
    public const string ServiceWorkerAllowed = "Service-Worker-Allowed";
    public const string TransportSecurity = "Strict-Transport-Security";

    /// <summary>Removed unless a route's metadata names them.</summary>
    public static IReadOnlyList<string> Removed { get; } =
    [
        // Network Error Logging and Reporting: addresses of every page, with their queries, are sent to a place of the app's choosing.
        "NEL", "Report-To", "Reporting-Endpoints",
        // RFC 7838: another server for the whole origin, where no gateway may be in front.
        "Alt-Svc",
        // RFC 7469 and RFC 9163: one wrong value locks browsers out of the origin.
        "Public-Key-Pins", "Public-Key-Pins-Report-Only", "Expect-CT",
        // Device bound sessions: requests to the whole origin wait for the app's own refresh.
        "Secure-Session-Registration", "Sec-Session-Registration",
    ];

    /// <summary>
    /// Whether an app's <c>Strict-Transport-Security</c> takes nothing from the gateway's own: one field (RFC 6797 8.1: browsers
    /// read the first alone), over HTTPS, with one <c>max-age</c> that is no shorter.
    /// </summary>
    public static bool KeepsTransportSecurity(bool isHttps, StringValues values)
    {
        if (!isHttps || values is not [{ } value] || value.Contains(',', StringComparison.Ordinal))
            return false;

        var ages = value.Split(';', StringSplitOptions.TrimEntries)
            .Select(directive => directive.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair[0].Equals("max-age", StringComparison.OrdinalIgnoreCase))
            .ToArray();
        return ages is [[_, var age]]
            && long.TryParse(age.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= ResponseHeaders.TransportSecuritySeconds;
    }
}
