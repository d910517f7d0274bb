using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>An upstream app can neither set nor clear the gateway's cookies; its own pass untouched.</summary>
internal sealed class GuardGatewayCookies(OwnCookies cookies) : ResponseTransform
{
    public override ValueTask ApplyAsync(ResponseTransformContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        var sent = headers.SetCookie;
        if (sent.Count > 0)
        {
            var kept = cookies.WithoutOurs(sent);
            if (kept != sent)
                headers.SetCookie = kept;
        }

        if (headers.TryGetValue("Clear-Site-Data", out var clearing))
        {
            var kept = OwnCookies.WithoutCookieClearing(clearing);
            if (kept.Count == 0)
                headers.Remove("Clear-Site-Data");
            else
                headers["Clear-Site-Data"] = kept;
        }

        return ValueTask.CompletedTask;
    }
}
