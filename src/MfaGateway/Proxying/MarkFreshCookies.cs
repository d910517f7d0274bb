using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>Marks the cookies that an app sets, and not those of the gateway's own (session affinity), with the person who is signed in; see <see cref="FreshCookies"/>.</summary>
internal sealed class MarkFreshCookies : ResponseTransform
{
    public override ValueTask ApplyAsync(ResponseTransformContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        if (headers.SetCookie.Count > 0 && context.ProxyResponse?.Headers.TryGetValues("Set-Cookie", out var values) is true)
            headers.SetCookie = FreshCookies.Mark(SendFreshCookies.MarkFor(context.HttpContext), headers.SetCookie, [.. values]);
        return ValueTask.CompletedTask;
    }
}
