using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>
/// On protected routes: an answer of which the app does not say how it may be kept is this person's alone, and asked for again each
/// time (RFC 9111 4.2.2 would let browsers and caches guess). What the app says is left as it is.
/// </summary>
internal sealed class PrivateAnswers : ResponseTransform
{
    private const string Rule = "private, no-cache";

    public override ValueTask ApplyAsync(ResponseTransformContext context)
    {
        var response = context.HttpContext.Response;
        // A 304 says only what has changed of the rules that came before (RFC 9110 15.4.5); a 101 is no answer to keep.
        // An empty refusal or fault has nothing that could be kept.
        var isEmptyFault = response is { StatusCode: >= StatusCodes.Status400BadRequest, ContentLength: 0 };
        if (context.ProxyResponse is not null
            && !isEmptyFault
            && response.StatusCode is not (StatusCodes.Status304NotModified or StatusCodes.Status101SwitchingProtocols)
            && response.Headers is { CacheControl.Count: 0, Expires.Count: 0, Pragma.Count: 0 })
        {
            response.Headers.CacheControl = Rule;
        }

        return ValueTask.CompletedTask;
    }
}
