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
    /// The secret in a key file: what base64 or base64url text stands for, blanks and line ends around it left aside;
    /// otherwise the bytes of the file as they are.
    /// </summary>
    public static byte[] ReadSecret(byte[] file)
    {
        var text = Encoding.Latin1.GetString(file).Trim();
        var standard = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        standard = standard.PadRight((standard.Length + 3) / 4 * 4, '=');
        var decoded = new byte[standard.Length];
        return Convert.TryFromBase64String(standard, decoded, out var length) && !text.Any(char.IsWhiteSpace)
            ? decoded[..length]
            : file;
    }

    /// <summary>The secret stays out of logs.</summary>
    public override string ToString() => $"{nameof(HmacSigningKey)} {KeyId}";
}
