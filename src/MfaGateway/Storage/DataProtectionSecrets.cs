using MfaGateway.Core.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace MfaGateway.Storage;

/// <summary>Fills Core's seam with Data Protection: the purpose is part of the derived key.</summary>
public sealed class DataProtectionSecrets(IDataProtectionProvider provider) : ISecretProtector
{
    private const string Root = "MfaGateway.Secrets.v1";

    public byte[] Protect(string purpose, ReadOnlySpan<byte> plaintext) =>
        provider.CreateProtector(Root, purpose).Protect(plaintext.ToArray());

    public byte[] Unprotect(string purpose, ReadOnlySpan<byte> ciphertext) =>
        provider.CreateProtector(Root, purpose).Unprotect(ciphertext.ToArray());
}
