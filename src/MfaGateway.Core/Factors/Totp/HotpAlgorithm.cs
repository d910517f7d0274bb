using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>RFC 4226: a code from a key and a counter.</summary>
internal static class HotpAlgorithm
{
    /// <summary>The code of one counter, with leading zeros.</summary>
    /// <param name="digits">6 to 8.</param>
    public static string Compute(TotpHash algorithm, ReadOnlySpan<byte> key, long counter, int digits)
    {
        Span<byte> code = stackalloc byte[digits];
        Write(algorithm, key, counter, code);
        return Encoding.ASCII.GetString(code);
    }

    /// <param name="code">6 to 8 bytes, which receive as many ASCII digits.</param>
    public static void Write(TotpHash algorithm, ReadOnlySpan<byte> key, long counter, Span<byte> code)
    {
        var (modulus, format) = code.Length switch
        {
            6 => (1_000_000, "D6"),
            7 => (10_000_000, "D7"),
            8 => (100_000_000, "D8"),
            _ => throw new ArgumentOutOfRangeException(nameof(code), code.Length, "Must be 6 to 8 digits."),
        };
        Span<byte> message = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(message, counter);
        Span<byte> mac = stackalloc byte[SHA512.HashSizeInBytes];
        mac = mac[..Hmac(algorithm, key, message, mac)];

        // RFC 4226 5.3, dynamic truncation: the low four bits of the last byte say where 31 bits are taken.
        var offset = mac[^1] & 0x0f;
        var truncated = BinaryPrimitives.ReadInt32BigEndian(mac[offset..]) & 0x7fffffff;
        (truncated % modulus).TryFormat(code, out _, format, CultureInfo.InvariantCulture);
    }

    private static int Hmac(TotpHash algorithm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> mac) =>
        algorithm switch
        {
#pragma warning disable CA5350 // Collisions of SHA-1 do not touch HMAC-SHA-1 (RFC 6194 3.3), and most apps know nothing else.
            TotpHash.Sha1 => HMACSHA1.HashData(key, message, mac),
#pragma warning restore CA5350
            TotpHash.Sha256 => HMACSHA256.HashData(key, message, mac),
            _ => HMACSHA512.HashData(key, message, mac),
        };
}
