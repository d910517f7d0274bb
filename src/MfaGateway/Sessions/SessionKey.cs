using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MfaGateway.Core.Storage;

namespace MfaGateway.Sessions;

/// <summary>SHA-256 of a session cookie's value as a dictionary key without an allocation.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct SessionKey(long A, long B, long C, long D)
{
    public static bool TryFrom(ReadOnlySpan<char> cookie, out SessionKey key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!SecretToken.TryHash(cookie, hash))
        {
            key = default;
            return false;
        }

        key = From(hash);
        return true;
    }

    public static SessionKey From(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadInt64LittleEndian(hash),
        BinaryPrimitives.ReadInt64LittleEndian(hash[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(hash[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(hash[24..]));

    public byte[] ToHash()
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64LittleEndian(hash, A);
        BinaryPrimitives.WriteInt64LittleEndian(hash.AsSpan(8), B);
        BinaryPrimitives.WriteInt64LittleEndian(hash.AsSpan(16), C);
        BinaryPrimitives.WriteInt64LittleEndian(hash.AsSpan(24), D);
        return hash;
    }

    // The parts of a SHA-256 are as good a hash code as any.
    public override int GetHashCode() => (int)A;
}
