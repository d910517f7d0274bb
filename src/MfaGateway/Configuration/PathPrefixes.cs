namespace MfaGateway.Configuration;

/// <summary>The path under which the gateway's own pages are.</summary>
internal static class PathPrefixes
{
    public static bool IsWellFormed(string text) =>
        text.StartsWith('/') && text[1..].Split('/').All(segment => segment.Length > 0 && segment.All(IsPlain));

    /// <summary>Whether every path that a route's template matches is one of the gateway's own.</summary>
    public static bool Covers(string prefix, string template)
    {
        var own = prefix.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var segments = template.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments.Length >= own.Length
            && own.Zip(segments).All(pair => pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
