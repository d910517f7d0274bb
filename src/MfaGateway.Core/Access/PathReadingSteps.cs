using System.Globalization;
using System.Text;

namespace MfaGateway.Core.Access;

/// <summary>
/// The single steps that servers are known to take with a path. Each returns its argument itself when there is nothing
/// to do; none decides anything.
/// </summary>
internal static class PathReadingSteps
{
    private delegate ReadOnlySpan<char> SegmentReading(ReadOnlySpan<char> segment);

    /// <summary>Servers that decode before they split: <c>a%2fb</c> is two segments.</summary>
    public static string ReadEscapedSlashes(string path) => path.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>Servers on Windows, and URL parsers of the WHATWG kind: a backslash separates.</summary>
    public static string ReadBackslashes(string path) =>
        path.Replace("%5c", "/", StringComparison.OrdinalIgnoreCase).Replace('\\', '/');

    /// <summary>Servlet containers: <c>;name=value</c> belongs to the segment it stands in and is no part of its name.</summary>
    public static string StripParameters(string path) =>
        path.Contains(';') ? MapSegments(path, static segment => segment.IndexOf(';') is var at and >= 0 ? segment[..at] : segment) : path;

    /// <summary>Others end the whole path there.</summary>
    public static string CutAtParameters(string path) => CutAt(path, path.IndexOf(';'));

    /// <summary>Servers that decode before they look for the query.</summary>
    public static string CutAtQuery(string path) => CutAt(path, First(path.IndexOf('?'), path.IndexOf("%3f", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Servers that decode before they drop a fragment.</summary>
    public static string CutAtFragment(string path) => CutAt(path, First(path.IndexOf('#'), path.IndexOf("%23", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Most servers of files: empty segments do not count.</summary>
    public static string MergeSlashes(string path)
    {
        if (!path.Contains("//", StringComparison.Ordinal))
            return path;
        var merged = new StringBuilder(path.Length);
        foreach (var c in path)
        {
            if (c != '/' || merged.Length == 0 || merged[^1] != '/')
                merged.Append(c);
        }
        return merged.ToString();
    }

    /// <summary>
    /// Apps that resolve the target as a URL reference (Node's <c>new URL(req.url, base)</c>, Python's <c>urlparse</c>):
    /// what follows two or more slashes is a host (RFC 3986 4.2), and the path begins behind it.
    /// </summary>
    public static string DropAuthority(string path)
    {
        if (!path.StartsWith("//", StringComparison.Ordinal))
            return path;
        var authority = path.AsSpan().TrimStart('/');
        var slash = authority.IndexOf('/');
        return slash < 0 ? "/" : authority[slash..].ToString();
    }

    /// <summary>Apps that decode a path like a form.</summary>
    public static string ReadPlusAsBlank(string path) => path.Replace('+', ' ');

    /// <summary>
    /// What Unicode calls white space, and what is drawn as a blank: apps trim and split at it. Compatibility forms make a blank of most
    /// of it, but not of U+1680, U+2028 and U+2029.
    /// </summary>
    public static string ReadWhiteSpaceAsBlank(string path) => Ascii.IsValid(path)
        ? path
        : string.Create(path.Length, path, static (read, path) =>
        {
            for (var i = 0; i < path.Length; i++)
                read[i] = char.IsWhiteSpace(path[i]) || path[i] == '\u2800' ? ' ' : path[i];
        });

    /// <summary>Apps that trim names.</summary>
    public static string TrimBlanks(string path) => path.Contains(' ') ? MapSegments(path, static segment => segment.Trim(' ')) : path;

    /// <summary>
    /// Windows file names: trailing dots and blanks are dropped, and what follows a colon with a <c>$</c> names a stream
    /// or an index of the same file (<c>::$DATA</c>, <c>:$i30:$INDEX_ALLOCATION</c>).
    /// </summary>
    public static string TrimTails(string path) => MapSegments(path, static segment =>
    {
        var colon = segment.IndexOf(':');
        if (colon >= 0 && segment[colon..].Contains('$'))
            segment = segment[..colon];
        return segment is "." or ".." ? segment : segment.TrimEnd(". ");
    });

    /// <summary>Frameworks that normalise text (NFKC): full-width letters, ligatures, composed accents.</summary>
    public static string FoldCompatibilityForms(string path) =>
        Ascii.IsValid(path) ? path : BoundedNormalization.Normalize(path, NormalizationForm.FormKC);

    /// <summary>
    /// Converters to a legacy code page, slug makers and accent-insensitive databases: marks and invisible characters
    /// are dropped, look-alike punctuation becomes the ASCII sign.
    /// </summary>
    public static string FoldToAscii(string path)
    {
        if (Ascii.IsValid(path))
            return path;
        var folded = new StringBuilder(path.Length);
        // By whole characters: tags and variation selectors lie beyond the first plane.
        foreach (var rune in BoundedNormalization.Normalize(path, NormalizationForm.FormKD).EnumerateRunes())
        {
            if (IsInvisible(rune))
                continue;
            folded.Append(rune.Value switch
            {
                '\u0131' => "i",
                // Letters that are no others with a mark, as iconv and makers of slugs write them.
                '\u00C6' => "AE",
                '\u00E6' => "ae",
                '\u0152' => "OE",
                '\u0153' => "oe",
                '\u00DF' or '\u1E9E' => "ss",
                '\u00DE' => "Th",
                '\u00FE' => "th",
                '\u00D8' or '\u00F8' => "o",
                '\u00D0' or '\u00F0' or '\u0110' or '\u0111' => "d",
                '\u0126' or '\u0127' => "h",
                '\u0141' or '\u0142' => "l",
                '\u0166' or '\u0167' => "t",
                '\u0180' => "b",
                // As glibc's iconv transliterates (//TRANSLIT, C.UTF-8), and Windows' best fit for CP932 and
                // CP949 has it: there the backslash is drawn as the currency's sign.
                '\u2044' or '\u2215' or '\u29F8' or '\u00F7' or '\u2571' or '\u27CB' => "/",
                '\u2216' or '\u29F5' or '\u29F9' or '\u2572' or '\u27CD' or '\u00A5' or '\u20A9' => "\\",
                '\u00B7' => ".",
                '\u2236' => ":",
                >= '\u2010' and <= '\u2015' or '\u2212' => "-",
                _ => rune.ToString(),
            });
        }
        return BoundedNormalization.Normalize(folded.ToString(), NormalizationForm.FormKC); // Hangul stays whole
    }

    /// <summary>
    /// Apps that cut characters to bytes: <c>Buffer.from(path, "latin1")</c> of Node, Java's <c>DataOutputStream.writeBytes</c>, a cast to
    /// <c>char</c> in C. U+012F is a slash to them.
    /// </summary>
    /// <remarks>All cuts leave a path alone in which they make no dot, slash or escape: else most names of other scripts would be ambiguous.</remarks>
    public static string CutToBytes(string path) => Ascii.IsValid(path)
        ? path
        : IfStructured(path, string.Create(path.Length, path, static (read, path) =>
        {
            for (var i = 0; i < path.Length; i++)
            {
                var low = (char)(path[i] & 0xFF);
                // Half of a character beyond the first plane is no text.
                read[i] = path[i] > 0xFF && low is >= ' ' and < '\u007F' ? low : char.IsSurrogate(path[i]) ? '\uFFFD' : path[i];
            }
        }));

    /// <summary>The same by whole characters: <c>byte(r)</c> of Go.</summary>
    public static string CutRunesToBytes(string path) => Ascii.IsValid(path)
        ? path
        : IfStructured(path, string.Concat(path.EnumerateRunes().Select(rune => rune.Value > 0xFF && (rune.Value & 0xFF) is >= ' ' and < 0x7F ? ((char)(rune.Value & 0xFF)).ToString() : rune.ToString())));

    /// <summary>Decoders of ASCII that drop the eighth bit: <c>toString("ascii")</c> of Node.</summary>
    public static string CutToSevenBits(string path) => Ascii.IsValid(path)
        ? path
        : IfStructured(path, string.Create(path.Length, path, static (read, path) =>
        {
            for (var i = 0; i < path.Length; i++)
                read[i] = path[i] is >= '\u00A0' and < '\u00FF' ? (char)(path[i] & 0x7F) : path[i];
        }));

    private static string IfStructured(string path, string cut) => Signs(cut) > Signs(path) ? cut : path;

    private static int Signs(string path) => path.Count(c => c is '.' or '/' or '\\' or '%');

    // Marks, format characters and the fillers of Hangul, which are letters that nothing is drawn for.
    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format || rune.Value is 0x115F or 0x1160;

    /// <summary>
    /// Removes <c>.</c> and <c>..</c> segments (RFC 3986 5.2.4). Null when a <c>..</c> stands where nothing is left to climb.
    /// </summary>
    public static string? TryRemoveDotSegments(string path, out bool climbed)
    {
        climbed = false;
        if (!path.Contains("/.", StringComparison.Ordinal))
            return path;
        var kept = new List<string>();
        var segments = path.Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            if (segments[i] is not ("." or ".."))
            {
                kept.Add(segments[i]);
                continue;
            }
            if (segments[i] == "..")
            {
                climbed = true;
                if (kept.Count == 0)
                    return null;
                kept.RemoveAt(kept.Count - 1);
            }
            if (isLast)
                kept.Add("");
        }
        return "/" + string.Join('/', kept);
    }

    private static string MapSegments(string path, SegmentReading read)
    {
        StringBuilder? mapped = null;
        for (var start = 0; start <= path.Length;)
        {
            var slash = path.IndexOf('/', start);
            var end = slash < 0 ? path.Length : slash;
            var segment = path.AsSpan(start, end - start);
            var reading = read(segment);
            if (mapped is null && reading.Length != segment.Length)
                mapped = new StringBuilder(path, 0, start, path.Length);
            mapped?.Append(reading);
            if (slash >= 0)
                mapped?.Append('/');
            start = end + 1;
        }
        return mapped?.ToString() ?? path;
    }

    private static string CutAt(string path, int index) => index < 0 ? path : path[..index];

    private static int First(int a, int b) => a < 0 ? b : b < 0 ? a : Math.Min(a, b);
}
