using System.Buffers.Binary;
using System.IO.Hashing;
using MfaGateway.Storage.LiteDb.Files;

namespace MfaGateway.Storage.LiteDb.Pages;

/// <summary>
/// One page in the log: a checksum of 8 bytes, how many frames were durable when it was written (8 bytes), the page. The
/// checksum is seeded by store, epoch and position, so that a frame of another store, of an earlier epoch or of another
/// place is none.
/// </summary>
internal static class LogFrame
{
    public const int HeadSize = 16;
    public const int Size = HeadSize + Page.Size;

    public static long OffsetOf(long index) => LogHeader.Size + index * Size;

    public static Span<byte> PageOf(Span<byte> frame) => frame[HeadSize..];

    public static long DurableBefore(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt64LittleEndian(frame[8..]);

    /// <summary>Completes a frame whose page is in place.</summary>
    public static void Seal(Span<byte> frame, LogHeader header, long index, long durable)
    {
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], durable);
        BinaryPrimitives.WriteUInt64LittleEndian(frame, Checksum(frame, header, index));
    }

    /// <summary>False where there is no frame of this epoch, or a damaged one.</summary>
    public static bool TryRead(IDurableFile file, LogHeader header, long index, Span<byte> frame) =>
        file.Read(frame, OffsetOf(index)) == Size
        && BinaryPrimitives.ReadUInt64LittleEndian(frame) == Checksum(frame, header, index);

    private static ulong Checksum(ReadOnlySpan<byte> frame, LogHeader header, long index)
    {
        Span<byte> seed = stackalloc byte[32];
        header.Store.TryWriteBytes(seed);
        BinaryPrimitives.WriteUInt64LittleEndian(seed[16..], header.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(seed[24..], index);
        return XxHash3.HashToUInt64(frame[8..], unchecked((long)XxHash3.HashToUInt64(seed)));
    }
}
