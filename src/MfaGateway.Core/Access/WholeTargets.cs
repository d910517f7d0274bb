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
            ? new RequestTargetReading.Ambiguous([.. paths.Distinct(StringComparer.Ordinal)], known is { Climbs: true } || climb.LeavesRoot) { QueryFloor = climb.Floor }
            : reading;
    }

    // However often it is escaped, with backslashes as slashes, empty segments dropped, filtered to dots alone, and with "../" or "./" removed once.
    private static IEnumerable<string> Spellings(string target)
    {
        for (var round = 0; round <= MaximumDecodings; round++)
        {
            foreach (var slashed in (string[])[target, target.Replace('\\', '/')])
            {
                foreach (var dotted in (string[])[slashed, ReadTwoDots(slashed), slashed.Replace("../", "", StringComparison.Ordinal), slashed.Replace("./", "", StringComparison.Ordinal)])
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
        string.Join('/', text.Split('/').Select(segment => Dots(segment) == 2 ? ".." : segment));

    private static bool HoldsTwoDots(ReadOnlySpan<char> text)
    {
        foreach (var segment in text.SplitAny('/', '\\'))
        {
            if (Dots(text[segment]) >= 2)
                return true;
        }
        return false;
    }

    /// <summary>How many dots a segment has that holds no letter and no digit; 0 for any other. What is still escaped is none of ASCII's letters, digits and signs.</summary>
    private static int Dots(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            if (IsEscape(segment[i..]))
                i += 2;
            else if (char.IsAsciiLetterOrDigit(segment[i]))
                return 0;
            else if (segment[i] == '.')
                dots++;
        }
        return dots;
    }

    private static bool IsEscape(ReadOnlySpan<char> text) =>
        text is ['%', var high, var low, ..] && char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low);

    /// <summary>
    /// Decodes the escapes of ASCII's printable characters, slashes with them, and those of JavaScript's <c>unescape</c> (<c>%u002e</c>). Both spans
    /// may be the same memory.
    /// </summary>
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
            else if (text[i..] is ['%', 'u' or 'U', '0', '0', var high, var low, ..] && IsEscape(['%', high, low])
                && byte.Parse([high, low], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) is >= 0x20 and < 0x7F and var unicode)
            {
                c = (char)unicode;
                i += 5;
            }
            decoded[length++] = c;
        }
        return length;
    }

    /// <summary>Removes dot segments from a target, and remembers how far those of its query have led.</summary>
    private sealed class Climb
    {
        public bool IsSome { get; private set; }

        /// <summary>See <see cref="RequestTargetReading.Ambiguous.QueryFloor"/>.</summary>
        public int? Floor { get; private set; }

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
                    LeavesRoot |= kept.Count == 0;
                    if (kept.Count > 0)
                        kept.RemoveAt(kept.Count - 1);
                    if (kept.Count <= ofPath)
                        Floor = Math.Min(Floor ?? kept.Count, kept.Count);
                }
                if (i == segments.Length - 1)
                    kept.Add("");
            }
            IsSome |= climbs;
            return climbs ? "/" + string.Join('/', kept) : null;
        }
    }
}
