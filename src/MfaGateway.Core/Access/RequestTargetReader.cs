using System.Buffers;

namespace MfaGateway.Core.Access;

/// <summary>
/// Judges the request target as it came over the wire, before anything has decoded or tidied it.
/// </summary>
/// <remarks>
/// A gateway that believes one reading of an ambiguous path lets strangers in, because old servers decode twice,
/// merge slashes, drop <c>;params</c> and so on; one that refuses every such path breaks honest apps. So the target is
/// refused only where no honest client sends it, and otherwise every path an upstream might see is listed.
/// </remarks>
public static class RequestTargetReader
{
    /// <summary>A path with more readings than this is refused: honest ones have fewer than twenty.</summary>
    public const int MaximumReadings = 128;

    /// <summary>The sum of the lengths of all readings, in UTF-16 units; bounds the work a long hostile path can cause.</summary>
    public const int MaximumReadingCharacters = 65_536;

    /// <summary>VCHAR without <c>#</c>: a fragment is never sent (RFC 9110 7.1), and everything else must be escaped.</summary>
    private static readonly SearchValues<char> TargetCharacters = SearchValues.Create(
        new string([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c != '#')]));

    /// <summary>Characters that no upstream reads in two ways as long as no segment is empty, ends with a dot or holds two of them in a row.</summary>
    private static readonly SearchValues<char> OrdinaryCharacters = SearchValues.Create(
        new string([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => !"#%;+$\\?<".Contains(c))]));

    /// <summary>Reads a request target.</summary>
    /// <param name="rawTarget">The target of the request line, or <c>:path</c> of HTTP/2, undecoded.</param>
    /// <param name="method">The method as sent. An extended CONNECT (RFC 8441) is to be passed as GET.</param>
    /// <param name="host">The Host header as sent; compared with the authority of a target in absolute form.</param>
    public static RequestTargetReading Read(string rawTarget, string method, string? host)
    {
        // TRACE echoes what the gateway adds; CONNECT asks for a tunnel. In any letter case, as old servers take them.
        if (method.Equals("TRACE", StringComparison.OrdinalIgnoreCase) || method.Equals("CONNECT", StringComparison.OrdinalIgnoreCase))
            return new RequestTargetReading.Refused(405, "This method is not available here.");

        if (rawTarget.Length == 0 || rawTarget.AsSpan().IndexOfAnyExcept(TargetCharacters) >= 0)
            return Malformed("The request target holds a character that must not be sent as it is.");

        if (rawTarget[0] == '/')
            return ReadPath(rawTarget);

        if (rawTarget == "*")
            return method == "OPTIONS" ? RequestTargetReading.Plain.Instance : Malformed("The target * is for OPTIONS only.");

        return AuthorityLength(rawTarget, host) is { } length
            ? ReadPath(ToOriginForm(rawTarget, length))
            : Malformed("The request target must be a path, or a URL whose host is that of the Host header.");
    }

    /// <summary>
    /// The target in origin form (path and query), as an origin server is to get it (RFC 9112 3.2.1). A target that is in
    /// this form already is returned as it is.
    /// </summary>
    /// <param name="rawTarget">A target that <see cref="Read"/> has not refused.</param>
    public static string ToOriginForm(string rawTarget)
    {
        if (rawTarget.StartsWith('/'))
            return rawTarget;
        if (rawTarget == "*")
            return "/";

        var authority = rawTarget.IndexOf("//", StringComparison.Ordinal) + 2;
        var end = rawTarget.AsSpan(authority).IndexOfAny('/', '?');
        return end < 0 ? "/" : ToOriginForm(rawTarget, authority + end);
    }

    // What is judged is what is sent.
    private static string ToOriginForm(string rawTarget, int pathStart) =>
        rawTarget.AsSpan(pathStart).StartsWith('/') ? rawTarget[pathStart..] : "/" + rawTarget[pathStart..];

    /// <summary>
    /// Reads the URL that a request names beside its target, as <c>Destination</c> does (RFC 4918 10.3): a path, or a URL of the same
    /// host. Null where it names another host.
    /// </summary>
    public static RequestTargetReading? ReadNamed(string url, IEnumerable<string?> hosts)
    {
        if (url.Length == 0 || url.AsSpan().IndexOfAnyExcept(TargetCharacters) >= 0)
            return Malformed("The Destination header holds a character that must not be sent as it is.");
        if (url[0] == '/')
            return url.StartsWith("//", StringComparison.Ordinal) ? Malformed("The Destination header must be a path or a URL.") : ReadPath(url);
        if (hosts.Select(host => AuthorityLength(url, host)).FirstOrDefault(length => length is not null) is { } length)
            return ReadPath(ToOriginForm(url, length));
        return Uri.TryCreate(url, UriKind.Absolute, out _) ? null : Malformed("The Destination header must be a path or a URL.");
    }

    private static RequestTargetReading ReadPath(ReadOnlySpan<char> pathAndQuery)
    {
        var query = pathAndQuery.IndexOf('?');
        var path = query < 0 ? pathAndQuery : pathAndQuery[..query];
        var reading = ReadWithoutQuery(path);
        return query >= 0 && reading is not RequestTargetReading.Refused && WholeTargets.CanClimb(pathAndQuery, query)
            ? WholeTargets.Add(reading, path, pathAndQuery.ToString())
            : reading;
    }

    private static RequestTargetReading ReadWithoutQuery(ReadOnlySpan<char> path)
    {
        if (path.IndexOfAnyExcept(OrdinaryCharacters) < 0 && !HasOddSegment(path) && !CookielessSegments.IsIn(path))
            return RequestTargetReading.Plain.Instance;
        return path.Contains('\\')
            ? Malformed("A backslash must not be sent in a path.")
            : PathReadings.Of(path);
    }

    /// <summary>Whether a segment is empty (but for the one after a last slash), ends with a dot, or is or holds what some server takes for <c>..</c>.</summary>
    private static bool HasOddSegment(ReadOnlySpan<char> path)
    {
        while (!path.IsEmpty)
        {
            path = path[1..];
            var slash = path.IndexOf('/');
            if (slash == 0)
                return true;
            var end = slash < 0 ? path.Length : slash;
            if (end > 0 && (path[end - 1] == '.' || path[..end].Contains("..", StringComparison.Ordinal) || PathFilters.IsTwoDots(path[..end])))
                return true;
            path = path[end..];
        }
        return false;
    }

    /// <summary>The length of scheme and authority of a target in absolute form, or null where it is not one for this host.</summary>
    private static int? AuthorityLength(string rawTarget, string? host)
    {
        string scheme;
        if (rawTarget.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            scheme = "http";
        else if (rawTarget.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            scheme = "https";
        else
            return null;

        var start = scheme.Length + 3;
        var end = rawTarget.AsSpan(start).IndexOfAny('/', '?', '\\');
        var authority = end < 0 ? rawTarget.AsSpan(start) : rawTarget.AsSpan(start, end);
        if (string.IsNullOrEmpty(host) || authority.IsEmpty || authority.Contains('@'))
            return null;
        return WithoutDefaults(authority, scheme).Equals(WithoutDefaults(host, scheme), StringComparison.OrdinalIgnoreCase)
            ? start + authority.Length
            : null;
    }

    /// <summary>Host and port without what changes nothing: the scheme's own port and the dot of the DNS root.</summary>
    private static ReadOnlySpan<char> WithoutDefaults(ReadOnlySpan<char> authority, string scheme)
    {
        var port = scheme == "http" ? ":80" : ":443";
        if (authority.EndsWith(port, StringComparison.Ordinal))
            authority = authority[..^port.Length];
        return authority.Length > 1 && authority[^1] == '.' ? authority[..^1] : authority;
    }

    private static RequestTargetReading.Refused Malformed(string reason) => new(400, reason);
}
