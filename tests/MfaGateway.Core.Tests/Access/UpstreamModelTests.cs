using System.Text;
using MfaGateway.Core.Access;
using Xunit;

namespace MfaGateway.Core.Tests.Access;

/// <summary>
/// Small models of how known servers read a path, written apart from the reader. Whatever a model makes of a path that is
/// not refused must be among its readings.
/// </summary>
public sealed class UpstreamModelTests
{
    private static readonly string[] Pieces =
    [
        "admin", "pub", "x", "/", "/", "/", "//", "%2f", "%2F", "%5c", "%252f", "%255C", "..", "/..", "/../", ".", "/./", "%2e", "%252E",
        ";", ";a=b", "%3b", "%253B", "%20", "+", "%2520", "...", "::$DATA", "%3a%3a$x", ":$i30:$I", "%23", "%3f", "%2523", "%253F", "%25",
        "%61", "%2561", "%252561", "%EF%BD%81", "%EF%BC%8F", "%EF%BC%8E", "%C3%A9", "%EF%BC%85", "%E2%80%A5", "%41",
    ];

    private static readonly Dictionary<string, Func<string, string?>> Models = new(StringComparer.Ordinal)
    {
        ["routers that do not decode"] = path => path,
        ["Go's ServeMux"] = path => Clean(Unescape(path)),
        ["nginx"] = path => Clean(Unescape(path)),
        ["Tomcat"] = path => Clean(Unescape(StripParameters(path))),
        ["Jetty, old"] = path => Clean(StripParameters(Unescape(path))),
        ["IIS"] = path => Clean(Unescape(path).Replace('\\', '/')) is { } clean ? WindowsNames(clean) : null,
        ["IIS, old"] = path => Clean(Unescape(Unescape(path)).Replace('\\', '/')) is { } clean ? WindowsNames(clean) : null,
        ["Apache with AllowEncodedSlashes NoDecode on Windows"] = path =>
            Clean(Unescape(path.Replace("%2f", "\0", StringComparison.OrdinalIgnoreCase)).Replace('\\', '/'))?.Replace("\0", "%2f", StringComparison.Ordinal),
        ["PHP behind a rewriting proxy"] = path => Clean(Unescape(Unescape(path))),
        ["a CGI that cuts"] = path => Clean(Cut(Unescape(path), '?')),
        ["a CGI that cuts after a second decoding"] = path => Clean(Cut(Cut(Unescape(Unescape(path)), '#'), '?')),
        ["a Python app that normalises"] = path => Clean(Unescape(path).Normalize(NormalizationForm.FormKC)),
        ["a Java app that decodes thrice"] = path => Clean(StripParameters(Unescape(Unescape(Unescape(path))))),
        ["a Node app with new URL"] = path => NodeUrl(path),
        ["a PHP app with FILTER_SANITIZE_URL"] = path => LosesSegments(Unescape(path)) ? null : Clean(string.Concat(Unescape(path).Where(c => c is > ' ' and < '\u007F'))),
        ["a PHP app with stripslashes"] = path => Clean(Unescape(path).Replace("\\", "", StringComparison.Ordinal)),
        ["an app that removes climbs once"] = path => Clean(Unescape(path).Replace("../", "", StringComparison.Ordinal)),
        ["an app that removes double dots"] = path => Clean(Unescape(path).Replace("..", "", StringComparison.Ordinal)),
        ["an app that trims"] = path => Clean(string.Join('/', Unescape(path).Split('/').Select(s => s.Trim(' ')))),
    };

    public static TheoryData<string> ModelNames() => [.. Models.Keys];

    [Theory]
    [MemberData(nameof(ModelNames))]
    public void What_a_server_makes_of_a_path_is_among_its_readings(string model)
    {
        var state = 0x9E3779B97F4A7C15UL;
        var judged = 0;
        for (var round = 0; round < 5_000; round++)
        {
            var path = "/" + string.Concat(Enumerable.Range(0, 2 + Next(ref state, 6)).Select(_ => Pieces[Next(ref state, Pieces.Length)]));
            var reading = RequestTargetReader.Read(path, "GET", null);
            if (reading is RequestTargetReading.Refused || Models[model](path) is not { } read)
                continue;
            judged++;
            var readings = reading is RequestTargetReading.Ambiguous ambiguous ? ambiguous.Paths : [Uri.UnescapeDataString(path)];
            var comparable = Comparable(read);
            Assert.True(readings.Any(r => Comparable(r) == comparable), $"{path} is read as {read}, but the readings are {string.Join(" | ", readings)}");
        }
        Assert.InRange(judged, 500, 5_000);
    }

    /// <summary>Escaped slashes are kept in readings, a blank or é may be; neither difference can meet another route.</summary>
    private static string Comparable(string path)
    {
        path = path.Replace("%5c", "\\", StringComparison.OrdinalIgnoreCase).Replace("%2F", "%2f", StringComparison.Ordinal);
        path = path.Replace("%20", " ", StringComparison.Ordinal);
        foreach (var escaped in (string[])["%EF%BD%81", "%EF%BC%8F", "%EF%BC%8E", "%C3%A9", "%EF%BC%85", "%E2%80%A5"])
            path = path.Replace(escaped, Uri.UnescapeDataString(escaped), StringComparison.Ordinal);
        return path;
    }

    private static int Next(ref ulong state, int bound)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (int)(state % (ulong)bound);
    }

    private static string Unescape(string path) => Uri.UnescapeDataString(path);

    // Not judged: names that the filter leaves nothing of.
    private static bool LosesSegments(string path) =>
        path.Split('/').Any(segment => !Ascii.IsValid(segment) && !segment.Any(c => char.IsAsciiLetterOrDigit(c) || c == '.'));

    private static string StripParameters(string path) =>
        string.Join('/', path.Split('/').Select(segment => segment.Split(';')[0]));

    private static string Cut(string path, char at) => path.Split(at)[0];

    private static string WindowsNames(string path) => string.Join('/', path.Split('/').Select(segment =>
    {
        var colon = segment.IndexOf(':');
        var name = colon >= 0 && segment.IndexOf('$', colon) > 0 ? segment[..colon] : segment;
        return name is "." or ".." ? name : name.TrimEnd('.', ' ');
    }));

    private static string? NodeUrl(string path)
    {
        if (path.StartsWith("//", StringComparison.Ordinal))
        {
            var rest = path.TrimStart('/');
            path = rest.Contains('/') ? rest[rest.IndexOf('/')..] : "/";
        }
        var segments = path.Split('/').Select(s => s.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or ".." ? s.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) : s);
        return RemoveDots(string.Join('/', segments)) is { } clean ? Unescape(clean) : null;
    }

    /// <summary>As Go's path.Clean, with a last slash kept; null where it would climb above the root.</summary>
    private static string? Clean(string path)
    {
        if (path.Length == 0)
            return "/";
        while (path.Contains("//", StringComparison.Ordinal))
            path = path.Replace("//", "/", StringComparison.Ordinal);
        return RemoveDots(path);
    }

    private static string? RemoveDots(string path)
    {
        var kept = new List<string>();
        var segments = path.Split('/')[1..];
        foreach (var (index, segment) in segments.Index())
        {
            if (segment == ".." && kept.Count == 0)
                return null;
            if (segment == "..")
                kept.RemoveAt(kept.Count - 1);
            else if (segment != ".")
                kept.Add(segment);
            if (segment is "." or ".." && index == segments.Length - 1)
                kept.Add("");
        }
        return "/" + string.Join('/', kept);
    }
}
