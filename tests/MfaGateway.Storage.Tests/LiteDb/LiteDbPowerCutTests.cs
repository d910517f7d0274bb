using System.Globalization;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Work;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>What was acknowledged is there after the power went, whatever part of the unsynced writes the disk kept.</summary>
public sealed class LiteDbPowerCutTests
{
    /// <summary>How many disk images are opened; 10,000 before a release.</summary>
    private const string Count = "MFAGATEWAY_POWER_CUT_IMAGES";

    private const int ImagesOfOneCut = 5;
    private const int CutsOfOneStore = 10;

    internal static int Images => int.Parse(Environment.GetEnvironmentVariable(Count) ?? "500", CultureInfo.InvariantCulture);

    [Fact]
    public async Task What_was_acknowledged_survives_a_power_cut_in_any_write_or_sync()
    {
        var images = Images;
        var dice = new Dice(1);
        var (acknowledged, inCheckpoint) = (0, 0);
        for (var cut = 0; cut < images / ImagesOfOneCut;)
        {
            var (ledger, store) = (new Ledger(), new SimulatedStore());
            var (data, log) = (store.Data.Image, store.Log.Image);
            for (var generation = 0; generation < CutsOfOneStore && cut < images / ImagesOfOneCut; generation++, cut++)
            {
                store = new SimulatedStore(data, log) { Options = new LiteDbEngineOptions { CheckpointPages = 40 + dice.Below(80) } };
                store.Power.CutAt = 3 + dice.Below(200);
                var checkpointing = await WorkUntilCutAsync(store, ledger, dice);
                inCheckpoint += checkpointing ? 1 : 0;
                (data, log) = await CheckImagesAsync(store, ledger, dice);
            }

            acknowledged += ledger.Acknowledged;
        }

        Assert.True(acknowledged > images);
        Assert.True(inCheckpoint > 0);
    }

    private static async Task<bool> WorkUntilCutAsync(SimulatedStore store, Ledger ledger, Dice dice)
    {
        LiteDbEngine engine;
        try
        {
            engine = await store.OpenAsync();
        }
        catch (StoreUnavailableException) // cut while it was recovered
        {
            return false;
        }

        await using (engine)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(async worker =>
            {
                var own = new Dice(dice.Next());
                await Assert.ThrowsAsync<StoreUnavailableException>(() => ledger.WorkAsync(engine, worker, own));
            }));
        }

        return store.Data.HasUnsynced;
    }

    private static async Task<(byte[] Data, byte[] Log)> CheckImagesAsync(SimulatedStore store, Ledger ledger, Dice dice)
    {
        var last = (Data: Array.Empty<byte>(), Log: Array.Empty<byte>());
        for (var image = 0; image < ImagesOfOneCut; image++)
        {
            last = (store.Data.AfterPowerCut(dice), store.Log.AfterPowerCut(dice));
            await using var engine = await new SimulatedStore(last.Data, last.Log).OpenAsync();
            await ledger.CheckAsync(engine);
        }

        return last;
    }
}
