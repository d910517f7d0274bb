using System.Diagnostics.CodeAnalysis;
using OtpNet;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>RFC 4648 6 as authenticator apps use it: upper case, no padding.</summary>
public static class Base32
{
    public static string Encode(byte[] bytes) => bytes.Length == 0 ? string.Empty : Base32Encoding.ToString(bytes).TrimEnd('=');

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
        var symbols = text.TrimEnd('=').Replace(" ", string.Empty, StringComparison.Ordinal).Replace("-", string.Empty, StringComparison.Ordinal);
        if (!symbols.All(IsSymbol))
            return false;

        // Otp.NET drops the bits that fill no byte: only what encodes to the same text is read.
        var decoded = symbols.Length == 0 ? [] : Base32Encoding.ToBytes(symbols);
        if (!string.Equals(Encode(decoded), symbols, StringComparison.OrdinalIgnoreCase))
            return false;
        bytes = decoded;
        return true;
    }

    private static bool IsSymbol(char symbol) => char.IsAsciiLetter(symbol) || symbol is >= '2' and <= '7';
}
