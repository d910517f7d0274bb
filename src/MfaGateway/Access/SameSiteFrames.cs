using MfaGateway.Hardening;
using Yarp.ReverseProxy.Model;

namespace MfaGateway.Access;

/// <summary>Frames in which an app shows a part of itself. A sign-in page is never shown in one; a sentence and a link are.</summary>
public static class SameSiteFrames
{
    /// <summary>
    /// Whether the request is for a frame of an app on this site (W3C Fetch Metadata). Others see what every site may see in a
    /// frame of ours: nothing.
    /// </summary>
    public static bool Is(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers["Sec-Fetch-Dest"] is ["iframe"] or ["frame"]
            && headers["Sec-Fetch-Site"] is ["same-origin"] or ["same-site"]
            && context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is not null;
    }

    /// <summary>Where to go after the sign-in: the page around the frame, where the app says which; else the start page.</summary>
    public static string ReturnUrl(HttpContext context)
    {
        var request = context.Request;
        return Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var referrer)
            && RequestForgery.IsOwnOrigin(request, referrer.GetLeftPart(UriPartial.Authority))
                ? ReturnUrls.CheckOrRoot(referrer.PathAndQuery)
                : "/";
    }
}
