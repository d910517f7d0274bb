using System.Security.Cryptography;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>TOTP secrets at rest: each ciphertext opens only as a TOTP secret and only for its account.</summary>
public sealed class TotpSecrets(ISecretProtector protector)
{
    public byte[] Protect(string accountId, TotpSecret secret) => protector.Protect(Purpose(accountId), secret.AsSpan());

    /// <exception cref="CryptographicException">The row is another account's, was changed, or its key is gone.</exception>
    public TotpSecret Unprotect(string accountId, byte[] ciphertext)
    {
        var bytes = protector.Unprotect(Purpose(accountId), ciphertext);
        try
        {
            return TotpSecret.FromBytes(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static string Purpose(string accountId) => $"{nameof(FactorKind.Totp)}/{accountId}";
}
