namespace MfaGateway.Core.IdentityHeaders;

/// <summary>How a request is signed (names of RFC 9421 6.2.2).</summary>
public static class MessageSignatureAlgorithm
{
    public const string HmacSha256 = "hmac-sha256";
    public const string EcdsaP256Sha256 = "ecdsa-p256-sha256";
}
