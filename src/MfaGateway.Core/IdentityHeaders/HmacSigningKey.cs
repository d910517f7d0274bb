using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace MfaGateway.Core.IdentityHeaders;

/// <summary>A secret that the gateway and one upstream app share.</summary>
public sealed class HmacSigningKey : IMessageSigningKey
{
    /// <summary>The fewest bytes of a key: as many as the hash has (RFC 2104 3).</summary>
    public const int MinimumLength = 32;

    private readonly byte[] secret;

    // A keyed hash costs as much to set up as to use; it is not safe for threads, so each signature borrows one.
    private readonly ConcurrentQueue<IncrementalHash> hashes = new();

    /// <exception cref="ArgumentException">The secret is shorter than <see cref="MinimumLength"/>.</exception>
    public HmacSigningKey(string keyId, byte[] secret)
    {
        if (secret.Length < MinimumLength)
            throw new ArgumentException($"A key of {MinimumLength} bytes or more is needed.", nameof(secret));
        KeyId = keyId;
        this.secret = secret;
    }

    public string Algorithm => MessageSignatureAlgorithm.HmacSha256;

    public string KeyId { get; }

    public int Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        if (!hashes.TryDequeue(out var hash))
            hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData(data);
        var written = hash.GetHashAndReset(signature);
        hashes.Enqueue(hash);
        return written;
    }

    /// <summary>
    /// The secret in a key file: what base64 or base64url text stands for, blanks, line ends and a UTF-8 byte order mark around it left
    /// aside; otherwise the bytes of the file as they are.
    /// </summary>
    /// <exception cref="FormatException">The file is text in UTF-16: its bytes are not the key that its author sees.</exception>
    public static byte[] ReadSecret(byte[] file)
    {
        if (IsUtf16Text(file))
            throw new FormatException("it is text in UTF-16: save it as UTF-8.");

        var marked = file.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var text = Encoding.Latin1.GetString(file.AsSpan(marked)).Trim();
        var standard = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        standard = standard.PadRight((standard.Length + 3) / 4 * 4, '=');
        var decoded = new byte[standard.Length];
        return Convert.TryFromBase64String(standard, decoded, out var length) && !text.Any(char.IsWhiteSpace)
            ? decoded[..length]
            : file;
    }

    // Random bytes may begin with the mark by chance, but then have no zero in every second place.
    private static bool IsUtf16Text(ReadOnlySpan<byte> file)
    {
        var littleEndian = file.StartsWith<byte>([0xFF, 0xFE]);
        if (file.Length % 2 != 0 || !(littleEndian || file.StartsWith<byte>([0xFE, 0xFF])))
            return false;

        for (var i = littleEndian ? 3 : 2; i < file.Length; i += 2)
        {
            if (file[i] != 0)
                return false;
        }

        return true;
    }

    /// <summary>The secret stays out of logs.</summary>
    public override string ToString() => $"{nameof(HmacSigningKey)} {KeyId}";
}
