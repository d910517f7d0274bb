using Microsoft.AspNetCore.Http.Features;

namespace MfaGateway.Hardening;

/// <summary>Where to go after a challenge: a path of this origin and nothing else.</summary>
public static class ReturnUrls
{
    public const int MaxLength = 2048;

    /// <summary>
    /// The URL itself if it is a same-origin absolute path of at most 2,048 printable ASCII characters, without <c>\</c> or a
    /// scheme, that begins with one slash alone; else <c>/</c>. Browsers drop tabs and line ends and read <c>\</c> as <c>/</c>
    /// (WHATWG URL section 4.4), so what looks like a path to us may be another host to them. Further in, <c>//</c> is part of
    /// an application's path as any other.
    /// </summary>
    public static string CheckOrRoot(string? returnUrl) => IsLocalPath(returnUrl) ? returnUrl! : "/";

    /// <summary>The way back to what was asked for, byte for byte; <c>/</c> when it can't be one.</summary>
    public static string OfRequest(HttpContext context) =>
        CheckOrRoot(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    private static bool IsLocalPath(string? url)
    {
        if (string.IsNullOrEmpty(url) || url.Length > MaxLength || url[0] != '/')
            return false;

        return !url.AsSpan().ContainsAnyExceptInRange('!', '~') && !url.Contains('\\', StringComparison.Ordinal)
            && !NamesHost(url[..PathLength(url)]);
    }

    /// <summary>
    /// Whether a path begins with <c>//</c> once its dot segments are gone (RFC 3986 section 5.2.4): what cuts a URL to its path afterwards,
    /// such as a script with <c>location.pathname</c>, has a host there. Encoded dots and slashes count as what they stand for.
    /// </summary>
    private static bool NamesHost(string path)
    {
        var kept = new List<string>();
        foreach (var segment in Decode(path).Split('/').Skip(1))
        {
            if (segment == ".." && kept.Count > 0)
                kept.RemoveAt(kept.Count - 1);
            else if (segment is not ("." or ".."))
                kept.Add(segment);
        }

        return kept is ["", _, ..];
    }

    private static string Decode(string path) => path
        .Replace("%2e", ".", StringComparison.OrdinalIgnoreCase)
        .Replace("%2f", "/", StringComparison.OrdinalIgnoreCase)
        .Replace("%5c", "/", StringComparison.OrdinalIgnoreCase);

    private static int PathLength(string url)
    {
        var end = url.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? url.Length : end;
    }
}
