using Microsoft.AspNetCore.Http.Timeouts;
using Yarp.ReverseProxy.Forwarder;

namespace MfaGateway.Proxying;

/// <summary>What a route's <c>Timeout</c> does: 504 where the app has not begun its answer, a cut where it has.</summary>
internal static class RouteTimeouts
{
    /// <summary>Behind routing and the decision on access, so that a store that is slow is no slow app.</summary>
    public static IApplicationBuilder UseRouteTimeouts(this IApplicationBuilder app) => app
        .Use(static next => context => context.GetEndpoint()?.Metadata.GetMetadata<RequestTimeoutAttribute>() is null ? next(context) : AnswerAsync(context, next))
        .UseRequestTimeouts();

    private static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var client = context.RequestAborted;
        await next(context);

        // The forwarder takes the time-out for a client that has gone, and answers 400.
        if (!context.Response.HasStarted
            && !client.IsCancellationRequested
            && context.Features.Get<IForwarderErrorFeature>()?.Error is ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled)
            context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
    }
}
