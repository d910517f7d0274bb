using MfaGateway.OpenRequests;
using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>
/// Sends the head of an event stream when it comes, not together with the first event, which may be hours away: until
/// then a browser takes the stream for one that it has not reached. Runs after everything that changes the head.
/// </summary>
internal sealed class OpenEventStream : ResponseTransform
{
    private const string MediaType = "text/event-stream";

    public override ValueTask ApplyAsync(ResponseTransformContext context)
    {
        var response = context.HttpContext.Response;
        if (response.ContentType?.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase) != true)
            return ValueTask.CompletedTask;

        if (context.HttpContext.Features.Get<OpenRequest>() is { } request)
            request.Use = OpenRequestUse.Broadcast;
        return new ValueTask(response.Body.FlushAsync(context.HttpContext.RequestAborted));
    }
}
