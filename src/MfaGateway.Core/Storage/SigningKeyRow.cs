namespace MfaGateway.Core.Storage;

/// <summary>
/// One key pair that signs statements to upstream apps, as it is kept. When a key stops signing is not kept: it is the
/// moment its successor activates, so that the two can never contradict each other.
/// </summary>
/// <param name="Generation">1 for the first key, one more for each that follows; unique in the store.</param>
/// <param name="Kid">RFC 7638 thumbprint of the public key, 43 characters; unique in the store.</param>
/// <param name="ProtectedPkcs8">The private key (PKCS#8), encrypted with <c>ISecretProtector</c>.</param>
/// <param name="CreatedAt">From here on the public key is published.</param>
/// <param name="ActivatesAt">From here on the key signs.</param>
public sealed record SigningKeyRow(
    long Generation,
    string Kid,
    byte[] ProtectedPkcs8,
    DateTimeOffset CreatedAt,
    DateTimeOffset ActivatesAt)
{
    /// <summary>The ciphertext stays out of logs.</summary>
    public override string ToString() => $"{nameof(SigningKeyRow)} {Generation} {Kid}";
}
