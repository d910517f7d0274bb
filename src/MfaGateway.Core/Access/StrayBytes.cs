using System.Buffers;
using System.Globalization;
using System.Text;

namespace MfaGateway.Core.Access;

/// <summary>
/// Escaped bytes that are not UTF-8, as apps of older code pages have them in their paths (<c>/r%E9sum%E9.pdf</c>). No server reads
/// them in one agreed way, so each way is a step of its own. Every other escape stays as it is.
/// </summary>
internal static class StrayBytes
{
    // Windows-1252 for 0x80 to 0x9F; from 0xA0 on it is Latin-1.
    private const string Upper = "\u20AC\uFFFD\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\uFFFD\u017D\uFFFD"
        + "\uFFFD\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\uFFFD\u017E\u0178";

    private delegate int Reading(StringBuilder read, string path, int index, byte stray);

    /// <summary>Servers of one-byte code pages.</summary>
    public static string ReadAsCharacters(string path) => Map(path, static (read, _, index, stray) =>
    {
        read.Append(stray < 0xA0 ? Upper[stray - 0x80] : (char)stray);
        return index + 3;
    });

    /// <summary>Servers that put a blank (what is no character in <c>C1</c> or the app's code page), which others trim.</summary>
    public static string ReadAsBlanks(string path) => Map(path, static (read, _, index, _) =>
    {
        read.Append(' ');
        return index + 3;
    });

    /// <summary>Decoders that put the replacement character.</summary>
    public static string Replace(string path) => Map(path, static (read, _, index, _) =>
    {
        read.Append('\uFFFD');
        return index + 3;
    });

    /// <summary>Decoders that leave out what they can't read.</summary>
    public static string Drop(string path) => Map(path, static (_, _, index, _) => index + 3);

    /// <summary>Two-byte code pages and careless decoders: the byte takes what follows with it.</summary>
    public static string DropWithFollower(string path) => Map(path, static (_, path, index, _) => Next(path, index + 3, out _));

    /// <summary>
    /// Decoders of UTF-8 that look at the bits alone: <c>%C0%2E</c> is a dot to them, and <c>%C1!</c> an <c>a</c>. What gives no
    /// ASCII character that way is left out.
    /// </summary>
    public static string ReadLoosely(string path) => Map(path, static (read, path, index, stray) =>
    {
        var followers = stray switch { >= 0xF0 => 3, >= 0xE0 => 2, >= 0xC0 => 1, _ => 0 };
        var value = followers switch { 0 => 0x80, 1 => stray & 0x1F, 2 => stray & 0x0F, _ => stray & 0x07 };
        var end = index + 3;
        for (; followers > 0 && end < path.Length; followers--)
        {
            end = Next(path, end, out var follower);
            value = value << 6 | follower & 0x3F;
        }
        if (followers == 0 && value is >= ' ' and < 0x7F)
            read.Append((char)value);
        return end;
    });

    /// <summary>
    /// Two-byte code pages of East Asia whose full-width signs become those of ASCII (NFKC, PHP's <c>mb_convert_kana</c>). Other bytes stay escaped.
    /// </summary>
    public static string ReadFullWidth(string path) => Map(path, static (read, path, index, stray) =>
    {
        var end = Next(path, index + 3, out var follower);
        var sign = FullWidth(stray, follower);
        if (sign == '\0')
        {
            read.Append(path, index, 3);
            return index + 3;
        }
        read.Append(sign);
        return end;
    });

    // GBK and EUC-KR; EUC-JP; Big5; Shift_JIS.
    private static char FullWidth(byte lead, int follower) => (lead, follower) switch
    {
        (0xA3, > 0xA0 and < 0xFF) => (char)(follower - 0x80),
        (0xA1, 0xA5 or 0x44) or (0x81, 0x44) => '.',
        (0xA1, 0xBF or 0xFE) or (0x81, 0x5E) => '/',
        (0xA1, 0xC0) or (0xA2, 0x40 or 0x42) or (0x81, 0x5F) => '\\',
        (0x82, >= 0x4F and <= 0x58) => (char)(follower - 0x4F + '0'),
        (0x82, >= 0x60 and <= 0x79) => (char)(follower - 0x60 + 'A'),
        (0x82, >= 0x81 and <= 0x9A) => (char)(follower - 0x81 + 'a'),
        _ => '\0',
    };

    /// <summary>Whether the bytes begin as an overlong form or a surrogate of UTF-8 does (RFC 3629 section 10): no code page explains those.</summary>
    public static bool IsForged(ReadOnlySpan<byte> bytes) => bytes is [var lead, var follower, ..] && follower is >= 0x80 and < 0xC0 && lead switch
    {
        0xC0 or 0xC1 => true,
        0xE0 => follower < 0xA0,
        0xED => follower >= 0xA0,
        0xF0 => follower < 0x90,
        0xF4 => follower >= 0x90,
        _ => false,
    };

    private static string Map(string path, Reading read)
    {
        StringBuilder? mapped = null;
        var from = 0;
        for (var index = path.IndexOf('%'); index >= 0 && index < path.Length; index = path.IndexOf('%', index))
        {
            if (IsStray(path, index, out var stray, out var length))
            {
                mapped ??= new StringBuilder(path.Length);
                mapped.Append(path, from, index - from);
                index = Math.Min(read(mapped, path, index, stray), path.Length);
                from = index;
            }
            else
                index += length;
            if (index >= path.Length)
                break;
        }
        return mapped is null ? path : mapped.Append(path, from, path.Length - from).ToString();
    }

    /// <param name="length">Of the escapes of a whole character that begins here; of the sign, where there is none.</param>
    private static bool IsStray(string path, int index, out byte stray, out int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        while (count < bytes.Length && TryByte(path, index + 3 * count, out bytes[count]))
            count++;
        stray = bytes[0];
        length = 1;
        if (count == 0)
            return false;
        var isWhole = Rune.DecodeFromUtf8(bytes[..count], out _, out var consumed) == OperationStatus.Done;
        length = 3 * consumed;
        return !isWhole;
    }

    private static int Next(string path, int index, out int unit)
    {
        if (TryByte(path, index, out var escaped))
        {
            unit = escaped;
            return index + 3;
        }
        unit = index < path.Length ? path[index] : 0;
        // A character beyond the first plane goes as a whole: half of one is no text.
        return index + (index + 1 < path.Length && char.IsSurrogatePair(path[index], path[index + 1]) ? 2 : 1);
    }

    private static bool TryByte(string path, int index, out byte value)
    {
        value = 0;
        return index + 2 < path.Length && path[index] == '%'
            && byte.TryParse(path.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
