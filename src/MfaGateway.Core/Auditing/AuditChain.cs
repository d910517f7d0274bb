using System.Security.Cryptography;

namespace MfaGateway.Core.Auditing;

/// <summary>
/// The codes that bind each entry to the one before it (HMAC-SHA256, RFC 2104), and the head to both ends. Without the
/// key nobody makes one that fits, so an edit, a gap or another order shows.
/// </summary>
public sealed class AuditChain
{
    /// <summary>In bytes.</summary>
    public const int KeySize = 32;

    private readonly byte[] _key;

    /// <param name="key"><see cref="KeySize"/> random bytes.</param>
    /// <param name="unchainedTo">The last entry that was written before there was a chain; 0 for none.</param>
    public AuditChain(ReadOnlySpan<byte> key, long unchainedTo)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize);
        ArgumentOutOfRangeException.ThrowIfNegative(unchainedTo);
        _key = key.ToArray();
        UnchainedTo = unchainedTo;
    }

    /// <summary>What stands for a code where there is no entry before: zeros.</summary>
    public static byte[] NoMac => new byte[HMACSHA256.HashSizeInBytes];

    /// <summary>Entries up to this one were written before there was a chain: nothing can be proved of them.</summary>
    public long UnchainedTo { get; }

    /// <summary>The code of an entry in its place.</summary>
    public byte[] Mac(ReadOnlySpan<byte> previous, RecordedAuditEntry recorded) =>
        HMACSHA256.HashData(_key, AuditEncoding.Entry(previous, recorded));

    /// <summary>Whether an entry stands where it was written, after what it was written after, and says what it said.</summary>
    public bool Fits(ReadOnlySpan<byte> previous, RecordedAuditEntry recorded, byte[]? mac) =>
        mac is not null && CryptographicOperations.FixedTimeEquals(Mac(previous, recorded), mac);

    /// <summary>The head with its seal.</summary>
    public AuditHead Seal(AuditHead head) => head with { Seal = HMACSHA256.HashData(_key, AuditEncoding.Head(head)) };

    /// <summary>Whether a gateway with the key wrote this head. It may be an old one.</summary>
    public bool IsAuthentic(AuditHead head) => head.Seal is null
        ? IsUntouched(head)
        : CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, AuditEncoding.Head(head)), head.Seal);

    // As a migration made it: no entry of the chain was written yet. How many there were before, the key knows.
    private bool IsUntouched(AuditHead head) =>
        head.LastSequence == UnchainedTo && head.FirstSequence == 1
        && head.MacBefore.AsSpan().SequenceEqual(NoMac) && head.LastMac.AsSpan().SequenceEqual(NoMac);
}
