using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>Marks the cookies that an app sets with the person who is signed in; see <see cref="FreshCookies"/>.</summary>
internal sealed class MarkFreshCookies : ResponseTransform
{
    public override ValueTask ApplyAsync(ResponseTransformContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        if (context.ProxyResponse is not null && headers.SetCookie.Count > 0)
            headers.SetCookie = FreshCookies.Mark(SendFreshCookies.MarkFor(context.HttpContext), headers.SetCookie);
        return ValueTask.CompletedTask;
    }
}
