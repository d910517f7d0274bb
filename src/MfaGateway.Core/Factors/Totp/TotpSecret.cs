using System.Security.Cryptography;
using OtpNet;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>
/// The key that an authenticator shares with us. A class without readable properties and with a
/// <see cref="ToString"/> that tells nothing, so that neither logs nor serializers can give it away by accident.
/// </summary>
public sealed class TotpSecret
{
    /// <summary>RFC 4226 4, R6: a shared secret has at least 128 bits. Matters for secrets that come from elsewhere.</summary>
    public const int MinLength = 16;

    /// <summary>Twice what we make; a longer key adds nothing, since HMAC hashes it down first (RFC 2104 2).</summary>
    public const int MaxLength = 128;

    private readonly byte[] _bytes;

    private TotpSecret(byte[] bytes) => _bytes = bytes;

    /// <summary>A fresh random secret as long as the hash's output (RFC 6238 5.1): 20, 32 or 64 bytes.</summary>
    public static TotpSecret Generate(TotpHash algorithm) =>
        new(RandomNumberGenerator.GetBytes(RecommendedLength(algorithm)));

    /// <summary>Copies a secret read from the store or brought over from another system.</summary>
    /// <exception cref="ArgumentException">Fewer than 16 or more than 128 bytes. The message does not repeat them.</exception>
    public static TotpSecret FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < MinLength or > MaxLength)
            throw new ArgumentException($"A TOTP secret has {MinLength} to {MaxLength} bytes, not {bytes.Length}.", nameof(bytes));
        return new(bytes.ToArray());
    }

    /// <summary>The bare key, for encrypting it.</summary>
    public ReadOnlySpan<byte> AsSpan() => _bytes;

    /// <summary>Upper-case Base32 without padding, as <c>otpauth:</c> links carry it.</summary>
    public string ToBase32() => Base32.Encode(_bytes);

    /// <summary>Base32 in groups of four, for typing by hand.</summary>
    public string ToGroups() => string.Join(' ', ToBase32().Chunk(4).Select(group => new string(group)));

    /// <summary>What computes the codes of this secret.</summary>
    internal Hotp ToHotp(TotpParameters parameters) => HotpKey.CreateHotp(_bytes, parameters.Algorithm, parameters.Digits);

    public override string ToString() => nameof(TotpSecret);

    private static int RecommendedLength(TotpHash algorithm) => algorithm switch
    {
        TotpHash.Sha1 => SHA1.HashSizeInBytes,
        TotpHash.Sha256 => SHA256.HashSizeInBytes,
        TotpHash.Sha512 => SHA512.HashSizeInBytes,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };
}
