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
