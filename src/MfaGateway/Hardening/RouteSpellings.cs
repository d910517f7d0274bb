using System.Collections.Concurrent;
using System.Text;
using MfaGateway.Core.Access;

namespace MfaGateway.Hardening;

/// <summary>
/// A route's own name may be one that servers read in several ways: <c>/my app</c> is <c>/myapp</c> to an app that drops blanks. The app of
/// such a route is known to read it as it is written, so its other readings are no other places, unless a route names them.
/// </summary>
internal sealed class RouteSpellings
{
    private readonly ConcurrentDictionary<string, string[]> _known = new(StringComparer.Ordinal);

    /// <summary>Whether the reading is another spelling of what <paramref name="own"/> names, and <paramref name="met"/> names nothing of it.</summary>
    /// <param name="own">The route that the path as it was sent meets.</param>
    /// <param name="met">The route that the reading meets; null for none.</param>
    public bool IsOfOwnName(ProbedRoute? own, string reading, ProbedRoute? met)
    {
        if (own?.Pattern is not { } pattern || _known.GetOrAdd(pattern, static pattern => Of(FixedPart(pattern))) is not { Length: > 0 } spellings)
            return false;
        // As routing reads it: what is still escaped in a reading is decoded there.
        var path = PathString.FromUriComponent(reading).Value ?? "";
        foreach (var spelling in spellings)
        {
            if (Covers(spelling, path) && FixedPart(met?.Pattern ?? "").Length < spelling.Length)
                return true;
        }
        return false;
    }

    private static bool Covers(string spelling, string path) =>
        path.StartsWith(spelling, StringComparison.OrdinalIgnoreCase) && (path.Length == spelling.Length || path[spelling.Length] == '/');

    /// <summary>The segments of a pattern before the first parameter, without a last slash.</summary>
    private static string FixedPart(string pattern)
    {
        var parameter = pattern.IndexOf('{');
        var end = parameter < 0 ? pattern.Length : pattern.LastIndexOf('/', parameter);
        var part = end < 0 ? "" : pattern[..end].Trim('/');
        return part.Length == 0 ? "" : "/" + part;
    }

    private static string[] Of(string name)
    {
        if (Ascii.IsValid(name) && !name.Contains(' '))
            return [];
        var target = string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
        var depth = name.Count(c => c == '/');
        return RequestTargetReader.Read(target, HttpMethods.Get, host: null) is RequestTargetReading.Ambiguous readings
            ? [.. readings.Paths.Select(path => path.TrimEnd('/')).Where(path => path.Length > 1 && path != name && path.Count(c => c == '/') >= depth).Distinct(StringComparer.Ordinal)]
            : [];
    }
}
