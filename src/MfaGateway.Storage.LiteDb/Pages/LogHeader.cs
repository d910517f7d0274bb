using System.Buffers.Binary;
using System.IO.Hashing;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Files;

namespace MfaGateway.Storage.LiteDb.Pages;

/// <summary>
/// Which store a log belongs to and which of its frames count: those of the current epoch. The header has two slots, written
/// in turn, so that a torn write leaves the one before.
/// </summary>
internal sealed record LogHeader(Guid Store, ulong Epoch, int Slot)
{
    /// <summary>Where frames begin, in bytes. Each slot has 4 KiB, so that no write of one reaches a sector of the other.</summary>
    public const int Size = 2 * SlotSize;

    private const int SlotSize = 4096;
    private const int Length = 40;

    private static ReadOnlySpan<byte> Magic => "MFALOG01"u8;

    public static LogHeader Create(IDurableFile file, Guid store)
    {
        var header = new LogHeader(store, 1, 0);
        header.Write(file);
        file.Sync();
        return header;
    }

    /// <exception cref="StoreRefusedException">Neither slot is valid.</exception>
    public static LogHeader Read(IDurableFile file)
    {
        var (first, second) = (ReadSlot(file, 0), ReadSlot(file, 1));
        return (first?.Epoch ?? 0) >= (second?.Epoch ?? 0) && first is not null
            ? first
            : second ?? throw new StoreRefusedException(
                $"The log {file.Name} has no valid header: it was cut, overwritten or is another application's. Restore the store's "
                + "two files from a backup.");
    }

    /// <summary>Begins the next epoch in the other slot and syncs it. Only then may a frame of this epoch be overwritten.</summary>
    public LogHeader Advance(IDurableFile file)
    {
        var next = new LogHeader(Store, Epoch + 1, 1 - Slot);
        next.Write(file);
        file.Sync();
        return next;
    }

    /// <summary>
    /// Writes the same again and syncs. A header may have been read from the operating system's cache after a sync of it
    /// failed; then it is not on the disk, and the system no longer knows that.
    /// </summary>
    public void Confirm(IDurableFile file)
    {
        Write(file);
        file.Sync();
    }

    private static LogHeader? ReadSlot(IDurableFile file, int slot)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (file.Read(bytes, slot * SlotSize) != Length || !bytes[..8].SequenceEqual(Magic))
            return null;
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]) == XxHash3.HashToUInt64(bytes[..32])
            ? new LogHeader(new Guid(bytes[8..24]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]), slot)
            : null;
    }

    private void Write(IDurableFile file)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Magic.CopyTo(bytes);
        Store.TryWriteBytes(bytes[8..24]);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], XxHash3.HashToUInt64(bytes[..32]));
        file.Write(bytes, Slot * SlotSize);
    }
}
