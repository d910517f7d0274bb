using System.Buffers.Binary;

namespace MfaGateway.Storage.LiteDb.Pages;

/// <summary>The few fields of LiteDB's page (format 8) that lie outside LiteDB's own concern here.</summary>
internal static class Page
{
    /// <summary>In bytes.</summary>
    public const int Size = 8192;

    private const int TransactionAt = 14;
    private const int ConfirmedAt = 18;
    private const int LastPageAt = 64; // of page 0

    public static uint Number(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt32LittleEndian(page);

    public static uint Transaction(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt32LittleEndian(page[TransactionAt..]);

    public static void SetTransaction(Span<byte> page, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(page[TransactionAt..], value);

    /// <summary>Set on the last page of a transaction in the log, which makes the transaction one that happened.</summary>
    public static bool IsConfirmed(ReadOnlySpan<byte> page) => page[ConfirmedAt] != 0;

    public static void ClearConfirmed(Span<byte> page) => page[ConfirmedAt] = 0;

    /// <summary>How many pages the data file must have, from page 0.</summary>
    public static long CountIn(ReadOnlySpan<byte> firstPage) => BinaryPrimitives.ReadUInt32LittleEndian(firstPage[LastPageAt..]) + 1L;
}
