using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Pages;
using MfaGateway.Storage.LiteDb.Work;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>Files that were cut, zeroed, flipped or exchanged: refused with a reason, or opened with everything acknowledged.</summary>
public sealed class LiteDbDamageTests
{
    private const int Frame = LogFrame.Size;
    private const int Head = LogHeader.Size;

    public static TheoryData<string> Cases => [.. Damages.Keys];

    private static Dictionary<string, (Func<Images, (byte[] Data, byte[] Log)> Damage, string? Message)> Damages { get; } = new()
    {
        ["as it was"] = (one => (one.Data, one.Log), null),
        ["garbage behind the log"] = (one => (one.Data, [.. one.Log, .. Garbage(20_000)]), null),
        ["zeros behind the log"] = (one => (one.Data, [.. one.Log, .. new byte[20_000]]), null),
        ["a bit in the first frame"] = (one => (one.Data, Flip(one.Log, Head + 3000)), "Frame 0 of the log"),
        ["a bit in the middle of the log"] = (one => (one.Data, Flip(one.Log, one.Log.Length / 2)), "was durable"),
        ["a zeroed frame in the log"] = (one => (one.Data, Zero(one.Log, Head + 5 * Frame, Frame)), "Frame 5 of the log"),
        ["two frames exchanged"] = (one => (one.Data, Exchange(one.Log, Head + 3 * Frame, Head + 4 * Frame, Frame)), "Frame 3 of the log"),
        ["a log without header"] = (one => (one.Data, Zero(one.Log, 0, Head)), "no valid header"),
        ["an empty log"] = (one => (one.Data, []), "no valid header"),
        ["a log of another store"] = (one => (one.Data, one.Other.Log), "another store"),
        ["a data file of another store"] = (one => (one.Other.Data, one.Log), "another store"),
        ["a data page torn while its log is there"] = (one => (Zero(one.Data, Page.Size * one.LoggedPage, 512), one.Log), null),
        ["an empty data file"] = (one => ([], one.Log), "damaged"),
        ["a data file cut to half"] = (one => (one.Data[..(one.Data.Length / 2)], one.Log), "store.db"),
        ["clean: as it was"] = (one => one.Clean, null),
        ["clean: a bit in page 0"] = (one => (Flip(one.Clean.Data, 100), one.Clean.Log), "Page 0 of the store"),
        ["clean: a bit in the middle"] = (one => (Flip(one.Clean.Data, Page.Size * 7 + 4000), one.Clean.Log), "Page 7 of the store"),
        ["clean: a zeroed page"] = (one => (Zero(one.Clean.Data, Page.Size * 5, Page.Size), one.Clean.Log), "Page 5 of the store"),
        ["clean: two pages exchanged"] = (one => (Exchange(one.Clean.Data, Page.Size * 5, Page.Size * 6, Page.Size), one.Clean.Log), "Page 5 of the store"),
        ["clean: a page of another store"] = (one => (Graft(one.Clean.Data, one.OtherClean.Data, Page.Size * 5), one.Clean.Log), "Page 5 of the store"),
        ["clean: last page cut"] = (one => (one.Clean.Data[..^Page.Size], one.Clean.Log), "was cut"),
        ["clean: last 100 bytes cut"] = (one => (one.Clean.Data[..^100], one.Clean.Log), "was cut"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_damaged_store_is_refused_and_a_torn_tail_is_not(string name)
    {
        var (damage, message) = Damages[name];
        var (data, log) = damage(await Images.MakeAsync());
        var store = new SimulatedStore(data, log);

        if (message is not null)
        {
            var refused = await Assert.ThrowsAsync<StoreRefusedException>(store.OpenAsync);
            Assert.Contains(message, refused.Message, StringComparison.Ordinal);
            Assert.Contains("restore", refused.Message, StringComparison.OrdinalIgnoreCase);
            return;
        }

        await using var engine = await store.OpenAsync();
        Assert.Equal(Images.Units, (await engine.ReadAllAsync(Acts.Audit, "_id")).Count);
    }

    [Fact]
    public async Task The_last_batch_may_be_lost_with_its_frames_and_nothing_before_it()
    {
        var images = await Images.MakeAsync();

        await using var engine = await new SimulatedStore(images.Data, images.Log[..^1]).OpenAsync();

        Assert.Equal(Images.Units - 1, (await engine.ReadAllAsync(Acts.Audit, "_id")).Count);
    }

    [Fact]
    public async Task A_header_that_was_torn_as_it_was_written_leaves_the_one_before()
    {
        var clean = (await Images.MakeAsync()).Clean;
        var store = new SimulatedStore(clean.Data, clean.Log);
        var written = LogHeader.Read(store.Log);
        store.Log.Write(new byte[20], written.Slot * Head / 2);

        Assert.Equal((written.Store, written.Epoch - 1), (LogHeader.Read(store.Log).Store, LogHeader.Read(store.Log).Epoch));
        await using var engine = await store.OpenAsync();
        Assert.Equal(Images.Units, (await engine.ReadAllAsync(Acts.Audit, "_id")).Count);
    }

    private static byte[] Flip(byte[] image, int at)
    {
        byte[] copy = [.. image];
        copy[at] ^= 0x10;
        return copy;
    }

    private static byte[] Zero(byte[] image, int at, int count)
    {
        byte[] copy = [.. image];
        copy.AsSpan(at, count).Clear();
        return copy;
    }

    private static byte[] Exchange(byte[] image, int first, int second, int count)
    {
        byte[] copy = [.. image];
        image.AsSpan(first, count).CopyTo(copy.AsSpan(second));
        image.AsSpan(second, count).CopyTo(copy.AsSpan(first));
        return copy;
    }

    private static byte[] Graft(byte[] image, byte[] from, int at)
    {
        byte[] copy = [.. image];
        from.AsSpan(at, Page.Size).CopyTo(copy.AsSpan(at));
        return copy;
    }

    private static byte[] Garbage(int count)
    {
        var dice = new Dice(7);
        return [.. Enumerable.Range(0, count).Select(_ => (byte)dice.Next())];
    }

    private sealed record Images((byte[] Data, byte[] Log) Clean, byte[] Data, byte[] Log)
    {
        public const int Units = 30;

        public required (byte[] Data, byte[] Log) Other { get; init; }

        public required (byte[] Data, byte[] Log) OtherClean { get; init; }

        /// <summary>A page of the data file that the log has as well.</summary>
        public int LoggedPage => (int)Page.Number(Log.AsSpan(Head + LogFrame.HeadSize));

        public static async Task<Images> MakeAsync()
        {
            var (one, other) = (await MakeOneAsync(), await MakeOneAsync());
            return new Images(one.Clean, one.Data, one.Log) { Other = (other.Data, other.Log), OtherClean = other.Clean };
        }

        /// <summary>As after a kill, and as after a stop. The log ends with its last frame: nothing of earlier epochs behind.</summary>
        private static async Task<((byte[], byte[]) Clean, byte[] Data, byte[] Log)> MakeOneAsync()
        {
            var store = new SimulatedStore();
            await using (var filled = await store.OpenAsync())
                await filled.RunAsync(unit => Fill(unit)); // pages that the log does not have
            byte[] data, log;
            await using (var engine = await store.OpenAsync())
            {
                store.Log.SetLength(Head);
                for (var number = 1; number <= Units; number++)
                    await engine.RunAsync(unit => Acts.SignIn(unit, "account", number, $"session {number}"));
                (data, log) = (store.Data.Image, store.Log.Image);
            }

            return ((store.Data.Image, store.Log.Image), data, log);
        }

        private static bool Fill(UnitOfWork unit)
        {
            for (var number = 0; number < 100; number++)
                Acts.Write(unit, $"text {number}", number);
            return true;
        }
    }
}
