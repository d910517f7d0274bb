namespace MfaGateway.Core.Factors.Totp;

/// <summary>The hash under the HMAC of RFC 4226 and RFC 6238. Many authenticator apps know only <see cref="Sha1"/>.</summary>
public enum TotpHash
{
    Sha1 = 1,
    Sha256 = 2,
    Sha512 = 3,
}
