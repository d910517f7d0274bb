using System.Buffers;
using System.Globalization;

namespace MfaGateway.Core.Access;

/// <summary>
/// Apps that resolve the whole target as a path, the query with it: <c>path.join(root, req.url)</c> of Node, Go's
/// <c>filepath.Join(root, r.RequestURI)</c>. To them <c>/pub/?/../../admin</c> is <c>/admin</c>.
/// </summary>
/// <remarks>
/// Queries hold paths, text and nested URLs, so nothing is refused here: what climbs above the root ends there (RFC 3986 5.2.4), and what is
/// no escape stays as it is.
/// </remarks>
internal static class WholeTargets
{
    // Honest queries are escaped twice or three times, where URLs are nested.
    private const int MaximumDecodings = 8;

    /// <summary>Whether the query holds a segment that some app takes for <c>..</c>. It allocates nothing.</summary>
    /// <param name="target">Path and query as sent.</param>
    /// <param name="query">The index of its <c>?</c>.</param>
    public static bool CanClimb(ReadOnlySpan<char> target, int query)
    {
        if (!target[query..].ContainsAny('.', '%'))
            return false;
        var start = target[..query].LastIndexOf('/') + 1;
        var rented = ArrayPool<char>.Shared.Rent(target.Length - start);
        try
        {
            var text = rented.AsSpan(0, target.Length - start);
            target[start..].CopyTo(text);
            for (var round = 0; round <= MaximumDecodings; round++)
            {
                if (HoldsTwoDots(text))
                    return true;
                var length = Decode(text, text);
                if (length == text.Length)
                    return false;
                text = text[..length];
            }
            return true;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    /// <summary>The reading of the path, together with what the whole target is resolved to.</summary>
    /// <param name="reading">Plain or ambiguous.</param>
    /// <param name="path">Of the target, as sent.</param>
    /// <param name="target">Path and query as sent, of which <see cref="CanClimb"/> is true.</param>
    public static RequestTargetReading Add(RequestTargetReading reading, ReadOnlySpan<char> path, string target)
    {
        var known = reading as RequestTargetReading.Ambiguous;
        var paths = new List<string>(known?.Paths ?? [path.ToString()]);
        var climb = new Climb();
        foreach (var spelling in Spellings(target))
        {
            if (climb.Resolve(spelling) is not { } resolved)
                continue;
            paths.Add(resolved);
            paths.Add(PathReadingSteps.CutAtQuery(resolved));
        }
        return climb.IsSome
            ? new RequestTargetReading.Ambiguous([.. paths.Distinct(StringComparer.Ordinal)], known is { Climbs: true } || climb.LeavesRoot) { QueryClimbs = climb.LeavesPath }
            : reading;
    }

    // However often it is escaped, with backslashes as slashes, empty segments dropped, and filtered to dots alone.
    private static IEnumerable<string> Spellings(string target)
    {
        for (var round = 0; round <= MaximumDecodings; round++)
        {
            foreach (var slashed in (string[])[target, target.Replace('\\', '/')])
            {
                foreach (var dotted in (string[])[slashed, ReadTwoDots(slashed)])
                {
                    yield return dotted;
                    yield return PathReadingSteps.MergeSlashes(dotted);
                }
            }
            var decoded = new char[target.Length];
            var length = Decode(target, decoded);
            if (length == target.Length)
                yield break;
            target = new string(decoded, 0, length);
        }
    }

    private static string ReadTwoDots(string text) =>
        string.Join('/', text.Split('/').Select(segment => IsTwoDots(segment) ? ".." : segment));

    private static bool HoldsTwoDots(ReadOnlySpan<char> text)
    {
        foreach (var segment in text.SplitAny('/', '\\'))
        {
            if (IsTwoDots(text[segment]))
                return true;
        }
        return false;
    }

    // What is still escaped is none of ASCII's letters, digits and signs.
    private static bool IsTwoDots(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            if (IsEscape(segment[i..]))
                i += 2;
            else if (char.IsAsciiLetterOrDigit(segment[i]))
                return false;
            else if (segment[i] == '.')
                dots++;
        }
        return dots == 2;
    }

    private static bool IsEscape(ReadOnlySpan<char> text) =>
        text is ['%', var high, var low, ..] && char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low);

    /// <summary>Decodes the escapes of ASCII's printable characters, slashes with them. Both spans may be the same memory.</summary>
    private static int Decode(ReadOnlySpan<char> text, Span<char> decoded)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (IsEscape(text[i..]) && byte.Parse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) is >= 0x20 and < 0x7F and var code)
            {
                c = (char)code;
                i += 2;
            }
            decoded[length++] = c;
        }
        return length;
    }

    /// <summary>Removes dot segments from a target, and remembers how far those of its query have led.</summary>
    private sealed class Climb
    {
        public bool IsSome { get; private set; }

        /// <summary>Out of a segment that ends before the query.</summary>
        public bool LeavesPath { get; private set; }

        public bool LeavesRoot { get; private set; }

        /// <summary>Null where no <c>..</c> is in the query.</summary>
        public string? Resolve(string target)
        {
            var segments = target.Split('/');
            var kept = new List<string>(segments.Length);
            var ofPath = -1;
            var climbs = false;
            for (var i = 1; i < segments.Length; i++)
            {
                if (ofPath < 0 && segments[i].Contains('?'))
                    ofPath = kept.Count;
                if (segments[i] is not ("." or ".."))
                {
                    kept.Add(segments[i]);
                    continue;
                }
                if (segments[i] == "..")
                {
                    climbs |= ofPath >= 0;
                    LeavesPath |= kept.Count <= ofPath;
                    LeavesRoot |= kept.Count == 0;
                    if (kept.Count > 0)
                        kept.RemoveAt(kept.Count - 1);
                }
                if (i == segments.Length - 1)
                    kept.Add("");
            }
            IsSome |= climbs;
            return climbs ? "/" + string.Join('/', kept) : null;
        }
    }
}
