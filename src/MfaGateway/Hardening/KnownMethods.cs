using System.Collections.Frozen;

namespace MfaGateway.Hardening;

/// <summary>
/// The methods of the IANA registry that are proxied. Another one may be an upstream's alias for any of them, so a route
/// that is open to everybody is not open to it.
/// </summary>
internal static class KnownMethods
{
    private static readonly FrozenSet<string> Registered = FrozenSet.ToFrozenSet(
    [
        "ACL", "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "COPY", "LABEL", "LINK", "LOCK", "MERGE", "MKACTIVITY",
        "MKCALENDAR", "MKCOL", "MKREDIRECTREF", "MKWORKSPACE", "MOVE", "ORDERPATCH", "PATCH", "PROPFIND", "PROPPATCH", "QUERY",
        "REBIND", "REPORT", "SEARCH", "UNBIND", "UNCHECKOUT", "UNLINK", "UNLOCK", "UPDATE", "UPDATEREDIRECTREF",
        "VERSION-CONTROL", "CONNECT",
    ]);

    /// <summary>In the exact letter case: methods are case-sensitive (RFC 9110 9.1), although some servers are not.</summary>
    public static bool Contains(string method) =>
        method is "GET" or "POST" or "PUT" or "DELETE" or "HEAD" or "OPTIONS" || Registered.Contains(method);
}
