using System.Buffers;
using System.Text;

namespace MfaGateway.Core.Access;

/// <summary>Percent-decoding (RFC 3986 2.1) of paths, strict about what the bytes may stand for.</summary>
internal static class PercentDecoding
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly bool CanFold = "\uFF41".Normalize(NormalizationForm.FormKC) == "a";

    /// <summary>
    /// Decodes non-ASCII characters and those ASCII ones that no client sends unescaped, and leaves every other escape.
    /// Null where a <c>%</c> is not followed by two hex digits, or for an escape that <see cref="DecodeAllButSlashes"/> refuses.
    /// </summary>
    public static string? DecodeWhatMustBeEscaped(ReadOnlySpan<char> path) =>
        Decode(path, isStrict: true, static c => " \"<>^`{|}".Contains(c));

    /// <summary>
    /// Decodes every escape but <c>%2f</c> and <c>%5c</c>. A <c>%</c> that begins no escape stays, as most servers leave it.
    /// Bytes that are not UTF-8 stay escaped. Null for a control character, for an overlong form or a surrogate, and for
    /// <c>%uXXXX</c>, which only some servers decode, to anything.
    /// </summary>
    public static string? DecodeAllButSlashes(string path) =>
        path.Contains('%') ? Decode(path, isStrict: false, static c => c is not ('/' or '\\')) : path;

    private static string? Decode(ReadOnlySpan<char> path, bool isStrict, Func<char, bool> isDecoded)
    {
        var decoded = new StringBuilder(path.Length);
        var bytes = ArrayPool<byte>.Shared.Rent(path.Length / 3 + 1);
        try
        {
            for (var i = 0; i < path.Length;)
            {
                if (path[i] != '%')
                {
                    decoded.Append(path[i++]);
                    continue;
                }
                var count = ReadEscapes(path[i..], bytes);
                if (count == 0)
                {
                    if (isStrict || IsUnicodeEscape(path[i..]))
                        return null;
                    decoded.Append(path[i++]);
                    continue;
                }
                if (!TryAppend(decoded, bytes.AsSpan(0, count), path.Slice(i, count * 3), isDecoded))
                    return null;
                i += count * 3;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
        return decoded.ToString();
    }

    /// <summary>The bytes of the escapes that follow each other from the start of the text.</summary>
    private static int ReadEscapes(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        var count = 0;
        while (text.Length >= 3 && text[0] == '%' && char.IsAsciiHexDigit(text[1]) && char.IsAsciiHexDigit(text[2]))
        {
            Convert.FromHexString(text.Slice(1, 2), bytes[count..], out _, out _);
            count++;
            text = text[3..];
        }
        return count;
    }

    private static bool TryAppend(StringBuilder decoded, ReadOnlySpan<byte> bytes, ReadOnlySpan<char> escapes, Func<char, bool> isDecoded)
    {
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) != OperationStatus.Done)
            {
                if (StrayBytes.IsForged(bytes))
                    return false;
                // A byte of some code page: it stays as it is, and StrayBytes has the ways to read it.
                decoded.Append(escapes[..3]);
                bytes = bytes[1..];
                escapes = escapes[3..];
                continue;
            }
            if (IsRefused(rune))
                return false;
            if (!rune.IsAscii || isDecoded((char)rune.Value))
                decoded.Append(rune);
            else
                decoded.Append(escapes[..3]);
            bytes = bytes[length..];
            escapes = escapes[(length * 3)..];
        }
        return true;
    }

    /// <summary>
    /// Control characters cut or split a path somewhere; non-characters are no text. Where the runtime has no Unicode
    /// tables (invariant globalization without them) nothing beyond ASCII can be judged, so nothing passes.
    /// </summary>
    private static bool IsRefused(Rune rune) =>
        Rune.IsControl(rune) || (rune.Value & 0xFFFE) == 0xFFFE || (!rune.IsAscii && !CanFold);

    private static bool IsUnicodeEscape(ReadOnlySpan<char> text) =>
        text.Length >= 6 && text[1] is 'u' or 'U' && text[2..6].IndexOfAnyExcept(HexDigits) < 0;
}
