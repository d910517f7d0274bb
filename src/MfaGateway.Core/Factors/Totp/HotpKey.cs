using System.Security.Cryptography;
using OtpNet;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>
/// A key for the codes of Otp.NET, used where it is stored. The library's own <see cref="InMemoryKey"/> keeps a copy that is
/// never cleared.
/// </summary>
/// <param name="key">Not copied: the owner clears it.</param>
internal sealed class HotpKey(byte[] key) : IKeyProvider
{
    /// <summary>RFC 4226 over one of the hashes of RFC 6238 1.2; a step of RFC 6238 is its counter.</summary>
    /// <param name="key">Not copied.</param>
    /// <param name="digits">6 to 8.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number of digits.</exception>
    public static Hotp CreateHotp(byte[] key, TotpHash algorithm, int digits) => new(new HotpKey(key), ModeOf(algorithm), digits);

    public byte[] ComputeHmac(OtpHashMode mode, byte[] data) => mode switch
    {
#pragma warning disable CA5350 // Collisions of SHA-1 do not touch HMAC-SHA-1 (RFC 6194 3.3), and most apps know nothing else.
        OtpHashMode.Sha1 => HMACSHA1.HashData(key, data),
#pragma warning restore CA5350
        OtpHashMode.Sha256 => HMACSHA256.HashData(key, data),
        OtpHashMode.Sha512 => HMACSHA512.HashData(key, data),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Must be Sha1, Sha256 or Sha512."),
    };

    public override string ToString() => nameof(HotpKey);

    private static OtpHashMode ModeOf(TotpHash algorithm) => algorithm switch
    {
        TotpHash.Sha1 => OtpHashMode.Sha1,
        TotpHash.Sha256 => OtpHashMode.Sha256,
        TotpHash.Sha512 => OtpHashMode.Sha512,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Must be Sha1, Sha256 or Sha512."),
    };
}
