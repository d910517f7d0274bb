using System.Security.Cryptography;

namespace MfaGateway.Core.Storage;

/// <summary>
/// Encrypts what the store must hold but nobody may read. The purpose is part of the key: a ciphertext
/// made for one purpose does not open under another, so a row copied to another account is useless.
/// </summary>
/// <remarks>A seam, so that this assembly needs no ASP.NET; the program fills it with Data Protection.</remarks>
public interface ISecretProtector
{
    /// <summary>Encrypts and authenticates <paramref name="plaintext"/> for one purpose.</summary>
    byte[] Protect(string purpose, ReadOnlySpan<byte> plaintext);

    /// <summary>Opens what <see cref="Protect"/> made for the same purpose.</summary>
    /// <exception cref="CryptographicException">The ciphertext was changed, is of another purpose, or its key is gone.</exception>
    byte[] Unprotect(string purpose, ReadOnlySpan<byte> ciphertext);
}
