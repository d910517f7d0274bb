using System.Text;

namespace MfaGateway.Core.Access;

/// <summary>
/// What apps leave out of a path before they use it. Each filter is one that a language ships or that tutorials recommend; a name that
/// is harmless before it may be another one after it. Each returns its argument itself when there is nothing to leave out.
/// </summary>
internal static class PathFilters
{
    /// <summary>PHP's <c>FILTER_SANITIZE_URL</c> and removals of blanks: <c>/pub/. ./admin</c> becomes <c>/pub/../admin</c>.</summary>
    public static string DropBlanks(string path) => path.Replace(" ", "", StringComparison.Ordinal);

    /// <summary>
    /// The same filter, <c>FILTER_FLAG_STRIP_HIGH</c> and encoders to ASCII that ignore what they can't encode. A segment without any
    /// ASCII letter, digit or dot is left as it is: nothing would be left of it.
    /// </summary>
    public static string DropForeign(string path) => Ascii.IsValid(path) ? path : string.Join('/', path.Split('/').Select(segment =>
        Ascii.IsValid(segment) || !segment.Any(c => char.IsAsciiLetterOrDigit(c) || c == '.') ? segment : string.Concat(segment.Where(char.IsAscii))));

    /// <summary>Filters that keep letters, digits and dots alone: what is two dots to them is <c>..</c>.</summary>
    public static string KeepDots(string path) => path.Contains('.')
        ? string.Join('/', path.Split('/').Select(segment => IsTwoDots(segment) ? ".." : segment))
        : path;

    /// <summary>Whether a segment holds two dots and neither letters nor digits of ASCII.</summary>
    public static bool IsTwoDots(ReadOnlySpan<char> segment) =>
        segment.Count('.') == 2 && !segment.ContainsAnyInRange('0', '9') && !segment.ContainsAnyInRange('A', 'Z') && !segment.ContainsAnyInRange('a', 'z');

    /// <summary>PHP's <c>stripslashes</c>.</summary>
    public static string DropBackslashes(string path) =>
        path.Replace("%5c", "", StringComparison.OrdinalIgnoreCase).Replace("\\", "", StringComparison.Ordinal);

    /// <summary>PHP's <c>strip_tags</c> and <c>FILTER_SANITIZE_STRING</c>: an element, and one that is not closed to the end.</summary>
    public static string DropTags(string path)
    {
        if (!path.Contains('<'))
            return path;
        var kept = new StringBuilder(path.Length);
        for (var from = 0; from < path.Length;)
        {
            var open = path.IndexOf('<', from);
            var end = open < 0 ? path.Length : open;
            kept.Append(path, from, end - from);
            var close = open < 0 ? -1 : path.IndexOf('>', open);
            from = close < 0 ? path.Length : close + 1;
        }
        return kept.ToString();
    }

    /// <summary>A removal of climbs that is done once: <c>....//</c> and <c>..././</c> become <c>../</c>.</summary>
    public static string DropClimbs(string path) => path.Replace("../", "", StringComparison.Ordinal);

    /// <summary>The same by other text: <c>...//</c> becomes <c>../</c>.</summary>
    public static string DropDotSlashes(string path) => path.Replace("./", "", StringComparison.Ordinal);

    /// <summary>The same by dots alone: <c>/ad..min</c> becomes <c>/admin</c>.</summary>
    public static string DropDoubleDots(string path) => path.Replace("..", "", StringComparison.Ordinal);
}
