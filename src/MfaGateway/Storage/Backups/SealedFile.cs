using System.Security.Cryptography;
using System.Text;

namespace MfaGateway.Storage.Backups;

/// <summary>
/// How a backup lies on disk: a header, then chunks of 64 KiB, each encrypted by AES-256-GCM (NIST SP 800-38D) under a key that is derived from
/// the operator's and the file's salt (HKDF-SHA256, RFC 5869). The nonce counts the chunks and marks the last one, so that a file that was
/// edited, cut or put together from others is refused.
/// </summary>
internal static class SealedFile
{
    public const int ChunkSize = 64 * 1024;
    public const int TagSize = 16;

    private const int SaltSize = 16;
    private const int LastFlag = 11;

    private static readonly byte[] Magic = "MfaGateway backup 1\n"u8.ToArray();

    public static int HeaderSize => Magic.Length + SaltSize;

    public static byte[] NewHeader() => [.. Magic, .. RandomNumberGenerator.GetBytes(SaltSize)];

    public static bool IsHeader(ReadOnlySpan<byte> header) => header.Length == HeaderSize && header.StartsWith(Magic);

    public static AesGcm CipherOf(BackupKey key, ReadOnlySpan<byte> header) => new(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes, BackupKey.Size, header[Magic.Length..].ToArray(), Encoding.ASCII.GetBytes("mfa-gateway/backup")),
        TagSize);

    public static byte[] NonceOf(long chunk, bool isLast)
    {
        var nonce = new byte[LastFlag + 1];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(nonce, chunk);
        nonce[LastFlag] = isLast ? (byte)1 : (byte)0;
        return nonce;
    }
}
