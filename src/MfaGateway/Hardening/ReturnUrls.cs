using Microsoft.AspNetCore.Http.Features;

namespace MfaGateway.Hardening;

/// <summary>Where to go after a challenge: a path of this origin and nothing else.</summary>
public static class ReturnUrls
{
    public const int MaxLength = 2048;

    /// <summary>
    /// The URL itself if it is a same-origin absolute path of at most 2,048 printable ASCII characters, without <c>//</c>,
    /// <c>\</c> or a scheme; else <c>/</c>. Browsers drop tabs and line ends and read <c>\</c> as <c>/</c>
    /// (WHATWG URL section 4.4), so what looks like a path to us may be another host to them.
    /// </summary>
    public static string CheckOrRoot(string? returnUrl) => IsLocalPath(returnUrl) ? returnUrl! : "/";

    /// <summary>The way back to what was asked for, byte for byte; <c>/</c> when it can't be one.</summary>
    public static string OfRequest(HttpContext context) =>
        CheckOrRoot(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    /// <summary>
    /// The page that a posted form of ours stands on: the address posted to, less the last segment where that names the
    /// page's handler (<c>/account/sessions/end</c> is a form on <c>/account/sessions</c>).
    /// </summary>
    public static string OfForm(HttpContext context)
    {
        var target = OfRequest(context);
        var path = target.AsSpan(0, PathLength(target));
        return context.Request.RouteValues["handler"] is string && path.LastIndexOf('/') is > 0 and var end
            ? string.Concat(path[..end], target.AsSpan(path.Length))
            : target;
    }

    private static bool IsLocalPath(string? url)
    {
        if (string.IsNullOrEmpty(url) || url.Length > MaxLength || url[0] != '/')
            return false;

        var path = url.AsSpan(0, PathLength(url));
        if (path.Contains("//", StringComparison.Ordinal))
            return false;

        return !url.AsSpan().ContainsAnyExceptInRange('!', '~') && !url.Contains('\\', StringComparison.Ordinal);
    }

    private static int PathLength(string url)
    {
        var end = url.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? url.Length : end;
    }
}
