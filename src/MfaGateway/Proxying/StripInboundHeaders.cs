using MfaGateway.Core.IdentityHeaders;
using MfaGateway.Hardening;
using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>
/// Runs first, before any configured transform: takes away what a client may not say, what it nominated in
/// <c>Connection</c>, and the gateway's own cookies.
/// </summary>
internal sealed class StripInboundHeaders(InboundHeaderRules rules, OwnCookies cookies, HeaderSuspicion unwanted) : RequestTransform
{
    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        // Access was decided for this method; no route has transformed it yet.
        if (!IsAsJudged(context.ProxyRequest, context.HttpContext.Request.Method))
        {
            ResponseOrigin.MarkOwn(context.HttpContext);
            context.HttpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
            return ValueTask.CompletedTask;
        }

        var doomed = ConnectionNominations.Read(context.HttpContext.Request.Headers.Connection);
        // Trailers are not passed on, so none are announced (RFC 9110 6.6.2).
        if (context.HttpContext.Request.Headers.Trailer.Count > 0)
            (doomed ??= []).Add("Trailer");
        if (context.HeadersCopied)
            StripCopied(context, doomed);
        else
            StripInbound(context.HttpContext.Request.Headers, doomed);
        return ValueTask.CompletedTask;
    }

    // A WebSocket is judged as a GET, and goes to an app over HTTP/2 as an extended CONNECT (RFC 8441).
    private static bool IsAsJudged(HttpRequestMessage sent, string judged) =>
        sent.Method.Method.Equals(judged, StringComparison.OrdinalIgnoreCase)
        || (sent is { Method.Method: "CONNECT", Headers.Protocol: "websocket" } && HttpMethods.IsGet(judged));

    private void StripCopied(RequestTransformContext context, List<string>? doomed)
    {
        var request = context.ProxyRequest;
        foreach (var header in request.Headers.NonValidated)
        {
            if ((rules.Judge(header.Key) & unwanted) != HeaderSuspicion.None)
                (doomed ??= []).Add(header.Key);
        }

        for (var i = 0; i < doomed?.Count; i++)
            RemoveHeader(context, doomed[i]);
        if (request.Headers.NonValidated.TryGetValues("Cookie", out var sent))
            StripCookies(request, sent.Count == 1 ? sent.ToString() : string.Join("; ", sent));
    }

    private void StripCookies(HttpRequestMessage request, string whole)
    {
        var kept = cookies.Without(whole);
        if (ReferenceEquals(kept, whole))
            return;
        request.Headers.Remove("Cookie");
        if (kept is not null)
            request.Headers.TryAddWithoutValidation("Cookie", kept);
    }

    // A route that copies nothing by itself ("RequestHeadersCopy", "RequestHeadersAllowed") takes headers from here, later.
    private void StripInbound(IHeaderDictionary headers, List<string>? doomed)
    {
        foreach (var header in headers)
        {
            if ((rules.Judge(header.Key) & unwanted) != HeaderSuspicion.None)
                (doomed ??= []).Add(header.Key);
        }

        foreach (var name in doomed ?? [])
            headers.Remove(name);
        if (headers.Cookie.Count == 0)
            return;
        var whole = string.Join("; ", headers.Cookie.AsEnumerable());
        var kept = cookies.Without(whole);
        if (!ReferenceEquals(kept, whole))
            headers.Cookie = kept;
    }
}
