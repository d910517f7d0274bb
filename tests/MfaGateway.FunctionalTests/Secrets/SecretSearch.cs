using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;

namespace MfaGateway.FunctionalTests.Secrets;

/// <summary>Looks for secrets in what was written, raw and in every usual encoding of either.</summary>
internal static partial class SecretSearch
{
    // What is shorter stands in any long text by chance.
    private const int ShortestSpelling = 8;

    /// <summary>One line a find: which secret, how it is spelled, and what is around it.</summary>
    public static IReadOnlyList<string> Find(IEnumerable<WatchedSecret> secrets, string text)
    {
        // Decoded as well: a writer may have escaped more of a secret than its usual encoding does.
        string[] texts = [text, JsonEscape().Replace(text, Unescape), WebUtility.UrlDecode(text), WebUtility.HtmlDecode(text)];
        return [.. secrets.SelectMany(secret => texts.SelectMany(one => FindOne(secret, one))).Distinct()];
    }

    /// <summary>The same in what a database has written: in every usual encoding, and as bare bytes.</summary>
    public static IReadOnlyList<string> Find(IEnumerable<WatchedSecret> secrets, byte[] file)
    {
        var text = Encoding.Latin1.GetString(file);
        return [.. secrets.SelectMany(secret => FindAll(secret, text).Append((Name: "bytes", At: FindBytes(secret.Bytes, file)))
            .Where(find => find.At >= 0).Select(find => $"{secret.Kind} ({find.Name}): at {find.At}"))];
    }

    private static int FindBytes(byte[] secret, byte[] file) => secret.Length < ShortestSpelling ? -1 : file.AsSpan().IndexOf(secret);

    private static IEnumerable<string> FindOne(WatchedSecret secret, string text)
    {
        foreach (var (name, at) in FindAll(secret, text))
        {
            if (at >= 0)
                yield return $"{secret.Kind} ({name}): {LineAt(text, at)}";
        }
    }

    private static IEnumerable<(string Name, int At)> FindAll(WatchedSecret secret, string text) =>
        Spellings(secret).Select(one =>
            (one.Name, IsCode(one.Spelling) ? FindCode(one.Spelling, text) : text.IndexOf(one.Spelling, ComparisonOf(one.Name))));

    private static string LineAt(string text, int at)
    {
        var from = text.LastIndexOf('\n', at) + 1;
        var to = text.IndexOf('\n', at);
        return text[from..(to < 0 ? text.Length : to)];
    }

    /// <summary>Every way in which a secret may be written.</summary>
    public static IEnumerable<(string Name, string Spelling)> Spellings(WatchedSecret secret)
    {
        var spellings = TextsOf(secret).SelectMany(SpellingsOfText).Concat(SpellingsOfBytes(secret.Bytes));
        return spellings.Where(spelling => spelling.Spelling.Length >= ShortestSpelling || IsCode(spelling.Spelling)).Distinct();
    }

    private static IEnumerable<string> TextsOf(WatchedSecret secret)
    {
        yield return secret.Value;
        if (secret.Value.Contains('-', StringComparison.Ordinal) || secret.Value.Contains(' ', StringComparison.Ordinal))
            yield return secret.Value.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
    }

    private static IEnumerable<(string Name, string Spelling)> SpellingsOfText(string text)
    {
        yield return ("raw", text);
        yield return ("URL", Uri.EscapeDataString(text));
        yield return ("form", WebUtility.UrlEncode(text));
        yield return ("HTML", WebUtility.HtmlEncode(text));
        yield return ("JSON", JavaScriptEncoder.Default.Encode(text));
        foreach (var variant in new[] { text, text.ToUpperInvariant(), text.ToLowerInvariant() }.Distinct(StringComparer.Ordinal))
        {
            foreach (var spelling in SpellingsOfBytes(Encoding.UTF8.GetBytes(variant)))
                yield return spelling;
        }
    }

    private static IEnumerable<(string Name, string Spelling)> SpellingsOfBytes(byte[] bytes)
    {
        if (bytes.Length == 0)
            yield break;
        yield return ("hex", Convert.ToHexString(bytes));
        yield return ("hex with dashes", BitConverter.ToString(bytes));
        yield return ("Base32", Base32.Encode(bytes));
        for (var offset = 0; offset < 3; offset++)
        {
            var inside = InsideBase64(bytes, offset);
            yield return ("base64", inside);
            yield return ("base64url", inside.Replace('+', '-').Replace('/', '_'));
        }
    }

    /// <summary>The part that is the same whatever stands before and after the bytes, begun at one of the three places in a group.</summary>
    private static string InsideBase64(byte[] bytes, int offset)
    {
        var text = Convert.ToBase64String([.. new byte[offset], .. bytes]);
        var from = offset == 0 ? 0 : offset + 1;
        var whole = (offset + bytes.Length) * 8 / 6; // characters that later bytes do not change
        return text[from..Math.Max(from, whole)];
    }

    // A code among other digits is part of another number.
    private static int FindCode(string code, string text)
    {
        for (var at = text.IndexOf(code, StringComparison.Ordinal); at >= 0; at = text.IndexOf(code, at + 1, StringComparison.Ordinal))
        {
            var isAfterDigit = at > 0 && char.IsAsciiDigit(text[at - 1]);
            var isBeforeDigit = at + code.Length < text.Length && char.IsAsciiDigit(text[at + code.Length]);
            if (!isAfterDigit && !isBeforeDigit)
                return at;
        }

        return -1;
    }

    private static bool IsCode(string spelling) => spelling.Length is >= 6 and <= 8 && spelling.All(char.IsAsciiDigit);

    // Letter case carries bits in base64 alone.
    private static StringComparison ComparisonOf(string name) =>
        name.StartsWith("base64", StringComparison.Ordinal) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    private static string Unescape(Match escape) => escape.Value[1] switch
    {
        'u' => ((char)Convert.ToUInt16(escape.Value[2..], 16)).ToString(),
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        var other => other.ToString(),
    };

    [GeneratedRegex("""\\(u[0-9A-Fa-f]{4}|["\\/nrt])""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex JsonEscape();
}
