using System.Buffers.Binary;
using System.IO.Hashing;

namespace MfaGateway.Storage.LiteDb.Pages;

/// <summary>
/// A page as the data file has it: LiteDB's own format with a checksum of 4 bytes in a field that LiteDB uses in its log
/// alone, and in page 0 the store's identity in bytes that LiteDB leaves free. The checksum is seeded by the page's number
/// and, except in page 0, by the store.
/// </summary>
internal static class DataPage
{
    private const int StoreAt = 160;
    private const int StoreSize = 16;

    /// <summary>What LiteDB itself writes in place of the checksum.</summary>
    public const uint NoTransaction = uint.MaxValue;

    public static Guid StoreOf(ReadOnlySpan<byte> firstPage) => new(firstPage.Slice(StoreAt, StoreSize));

    /// <summary>Changes the page: the checksum takes the place of the transaction.</summary>
    public static void Seal(Span<byte> page, long number, Guid store)
    {
        if (number == 0)
            store.TryWriteBytes(page.Slice(StoreAt, StoreSize));
        Page.SetTransaction(page, 0);
        Page.SetTransaction(page, Checksum(page, number, store));
    }

    /// <summary>Changes the page back to what LiteDB wrote when the checksum is right.</summary>
    public static bool TryUnseal(Span<byte> page, long number, Guid store)
    {
        var checksum = Page.Transaction(page);
        Page.SetTransaction(page, 0);
        var intact = Checksum(page, number, store) == checksum;
        Page.SetTransaction(page, NoTransaction);
        return intact;
    }

    private static uint Checksum(ReadOnlySpan<byte> page, long number, Guid store)
    {
        Span<byte> seed = stackalloc byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(seed, number);
        if (number != 0)
            store.TryWriteBytes(seed[8..]); // page 0 must be readable before the store is known
        return (uint)XxHash3.HashToUInt64(page, unchecked((long)XxHash3.HashToUInt64(seed)));
    }
}
