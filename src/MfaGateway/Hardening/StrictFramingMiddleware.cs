using Microsoft.Extensions.Primitives;

namespace MfaGateway.Hardening;

/// <summary>
/// Refuses requests whose length two servers could read differently (RFC 9112 6.3): a second server behind the gateway
/// would take the rest of one person's body for the next person's request.
/// </summary>
internal sealed class StrictFramingMiddleware(RequestDelegate next)
{
    /// <summary>Kestrel moves the Content-Length of a request that also has a Transfer-Encoding to this name.</summary>
    private const string MovedContentLength = "X-Content-Length";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var codings = headers.TransferEncoding;
        return codings.Count == 0 || IsUnambiguous(context.Request, codings) ? next(context) : RefuseAsync(context);
    }

    private static bool IsUnambiguous(HttpRequest request, StringValues codings) =>
        codings.Count == 1
        && string.Equals(codings[0], "chunked", StringComparison.OrdinalIgnoreCase)
        && request.ContentLength is null
        && !request.Headers.ContainsKey(MovedContentLength)
        && HttpProtocol.IsHttp11(request.Protocol);

    private static Task RefuseAsync(HttpContext context)
    {
        // Where the message ends is in doubt, so nothing that follows on this connection may be read as a request.
        context.Response.Headers.Connection = "close";
        return Problems.WriteAsync(context, new Problem(
            StatusCodes.Status400BadRequest, "unclear-length", "It is unclear where the request ends.", "Send either Content-Length or Transfer-Encoding: chunked, once."));
    }
}
