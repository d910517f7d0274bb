using MfaGateway.Core.IdentityHeaders;

namespace MfaGateway.Hardening;

/// <summary>
/// Methods that act on all that is below their target: <c>COPY</c>, <c>MOVE</c>, <c>DELETE</c>, <c>LOCK</c> and <c>PROPFIND</c> of a collection
/// (RFC 4918 9), and what extensions of WebDAV add. A stricter part of the tree counts for the whole.
/// </summary>
internal static class TreeMethods
{
    // Of one resource each. PATCH is RFC 5789, MKCALENDAR RFC 4791; CONNECT and TRACE go to no app.
    private static readonly string[] OfOneResource =
        ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "CONNECT", "TRACE", "MKCOL", "MKCALENDAR", "PROPPATCH", "UNLOCK"];

    // Those that the client can limit to the resource itself (RFC 4918 10.2).
    private static readonly string[] Limitable = ["COPY", "LOCK", "PROPFIND", "REPORT"];

    public static bool ActsOnTree(HttpRequest request) =>
        IsOverridden(request)
        || (!OfOneResource.Contains(request.Method, StringComparer.OrdinalIgnoreCase)
            && !(Limitable.Contains(request.Method, StringComparer.OrdinalIgnoreCase) && request.Headers["Depth"] is ["0"]));

    private static bool IsOverridden(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Headers.Any(static header => InboundHeaderRules.IsMethodOverride(header.Key));
}
