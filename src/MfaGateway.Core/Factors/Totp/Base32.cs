using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>RFC 4648 6 as authenticator apps use it: upper case, no padding.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 + 4) / 5);
        int buffer = 0, bits = 0;
        foreach (var value in bytes)
        {
            buffer = (buffer << 8) | value;
            for (bits += 8; bits >= 5; bits -= 5)
                text.Append(Alphabet[(buffer >> (bits - 5)) & 31]);
            buffer &= (1 << bits) - 1;
        }

        if (bits > 0)
            text.Append(Alphabet[(buffer << (5 - bits)) & 31]);
        return text.ToString();
    }

    /// <summary>
    /// Reads what <see cref="Encode"/> writes, and what people paste: any case, with spaces, dashes and closing
    /// <c>=</c>. Refuses every other character, a length that no encoder makes, and left-over bits that are not
    /// zero (RFC 4648 3.5), so that one secret has one spelling.
    /// </summary>
    public static bool TryDecode(string? text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text is null)
            return false;
        var decoded = new List<byte>(text.Length * 5 / 8);
        int buffer = 0, bits = 0, symbols = 0;
        foreach (var symbol in text.AsSpan().TrimEnd('='))
        {
            if (symbol is ' ' or '-')
                continue;
            var value = ValueOf(symbol);
            if (value < 0)
                return false;
            symbols++;
            buffer = (buffer << 5) | value;
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            decoded.Add((byte)(buffer >> bits));
            buffer &= (1 << bits) - 1;
        }

        // 1, 3 or 6 symbols past a full group of eight hold no whole number of bytes.
        if (symbols % 8 is 1 or 3 or 6 || buffer != 0)
            return false;
        bytes = [.. decoded];
        return true;
    }

    private static int ValueOf(char symbol) => symbol switch
    {
        >= 'A' and <= 'Z' => symbol - 'A',
        >= 'a' and <= 'z' => symbol - 'a',
        >= '2' and <= '7' => symbol - '2' + 26,
        _ => -1,
    };
}
