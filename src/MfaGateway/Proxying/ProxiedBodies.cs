using MfaGateway.Access;
using MfaGateway.Hardening;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Yarp.ReverseProxy.Model;

namespace MfaGateway.Proxying;

/// <summary>
/// Judges bodies before they are forwarded. Many apps read none with GET, HEAD and OPTIONS, where RFC 9110 9.3.1 gives it no
/// meaning: a body that stays unread on an upstream connection would be taken for the next request.
/// </summary>
internal sealed class ProxiedBodies(RequestDelegate next, AccessAfterBody access)
{
    public Task InvokeAsync(HttpContext context)
    {
        // What follows an extended CONNECT (RFC 8441) is the WebSocket, and no body.
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
            || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true })
        {
            return next(context);
        }

        if (IsSafe(context.Request.Method) && !AllowsBody(context))
            return JudgeAsync(context);

        // An app's clients may pause as long as the cluster's activity timeout allows; the server's rate is for what the gateway itself waits for.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        return next(context);
    }

    // TRACE is refused before routing.
    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static bool AllowsBody(HttpContext context) => RouteMetadata.IsSet(
        context.GetReverseProxyFeature().Route.Config.Metadata, RouteMetadata.AllowBodyOnSafeMethods);

    private async Task JudgeAsync(HttpContext context)
    {
        if (await HasBodyAsync(context.Request))
        {
            await Problems.WriteAsync(context, new Problem(
                StatusCodes.Status400BadRequest, "body-not-allowed", "A request with this method can't have a body here.",
                "Send it without a body, or with another method. Who runs this site can allow it for the route."));
            return;
        }

        // The client may have left the end open until now.
        if (!await access.HoldsAsync(context))
            return;

        context.Features.Set<IHttpRequestBodyDetectionFeature>(NoBody.Instance);
        await next(context);
    }

    // HTTP/2 may say that a request has ended in a frame of its own, behind the headers: only then it is known that there is no body.
    private static async Task<bool> HasBodyAsync(HttpRequest request)
    {
        if (HttpProtocol.IsHttp11(request.Protocol) || HttpProtocol.IsHttp10(request.Protocol) || request.ContentLength > 0)
            return true;
        var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
        var isEmpty = read is { IsCompleted: true, Buffer.IsEmpty: true };
        request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        return !isEmpty;
    }

    private sealed class NoBody : IHttpRequestBodyDetectionFeature
    {
        public static readonly NoBody Instance = new();

        public bool CanHaveBody => false;
    }
}
