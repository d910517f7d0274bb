using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MfaGateway.Core.Storage;

/// <summary>
/// A 256-bit random value that a browser or a mail carries (session, flow, link). The store keeps only its SHA-256.
/// It can't be printed by accident: <see cref="ToString"/> gives the type's name, <see cref="Reveal"/> the value.
/// </summary>
public sealed class SecretToken
{
    private const int Size = 32;
    private const int EncodedLength = 43;

    private readonly string _encoded;

    private SecretToken(string encoded, byte[] hash)
    {
        _encoded = encoded;
        Hash = hash;
    }

    /// <summary>SHA-256 of the 32 bytes: what the store looks it up by.</summary>
    public byte[] Hash { get; }

    public static SecretToken New()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        return new SecretToken(Base64Url.EncodeToString(bytes), SHA256.HashData(bytes));
    }

    /// <summary>Reads what <see cref="Reveal"/> gave. Anything else, another spelling of the same bits included, is refused.</summary>
    public static bool TryParse(string? value, [NotNullWhen(true)] out SecretToken? token)
    {
        token = null;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (value is null || !TryHash(value, hash))
            return false;

        token = new SecretToken(value, hash.ToArray());
        return true;
    }

    /// <summary>As <see cref="TryParse"/> without allocating: for the lookup that every request makes.</summary>
    /// <param name="value">43 characters of base64url (RFC 4648 section 5), no padding.</param>
    /// <param name="hash">Receives the 32 bytes of SHA-256.</param>
    public static bool TryHash(ReadOnlySpan<char> value, Span<byte> hash)
    {
        if (value.Length != EncodedLength)
            return false;

        Span<byte> bytes = stackalloc byte[Size];
        if (Base64Url.DecodeFromChars(value, bytes, out _, out var written) != OperationStatus.Done || written != Size)
            return false;

        // The last character holds two unused bits: only the spelling with zeros there is ours.
        Span<char> canonical = stackalloc char[EncodedLength];
        Base64Url.EncodeToChars(bytes, canonical);
        return canonical.SequenceEqual(value) && SHA256.TryHashData(bytes, hash, out _);
    }

    /// <summary>The value itself, for the cookie or the link and nowhere else.</summary>
    public string Reveal() => _encoded;

    public override string ToString() => nameof(SecretToken);
}
