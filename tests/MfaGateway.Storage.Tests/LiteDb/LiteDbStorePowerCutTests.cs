using System.Globalization;
using System.Security.Cryptography;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb;
using MfaGateway.Storage.LiteDb.Work;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>
/// The power goes while accounts sign in and out on the gateway's store: what was answered is there, no transaction is there in part,
/// the audit chain verifies and each index is whole, whichever part of the unsynced writes the disk kept.
/// </summary>
public sealed class LiteDbStorePowerCutTests
{
    /// <summary>Chooses the same cuts and the same pieces again; what the threads do between them is not chosen.</summary>
    private const string Seed = "MFAGATEWAY_POWER_CUT_SEED";

    private const int Visitors = 4;
    private const int CutsOfOneStore = 20;

    private static readonly AuditChain Chain = new(new byte[AuditChain.KeySize], unchainedTo: 0);

    [Fact]
    public async Task What_was_answered_survives_a_power_cut_at_any_write_or_sync_and_nothing_is_there_in_part()
    {
        var seed = ulong.Parse(
            Environment.GetEnvironmentVariable(Seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue).ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Seed}={seed}");
        var (dice, left, answered, inCheckpoint) = (new Dice(seed), LiteDbPowerCutTests.Images, 0, 0);
        while (left > 0)
        {
            var cuts = Math.Min(left, CutsOfOneStore);
            var visitors = Enumerable.Range(0, Visitors).Select(number => new Visitor($"visitor{number}")).ToList();
            inCheckpoint += await CutAsync(visitors, cuts, dice);
            answered += visitors.Sum(visitor => visitor.Answered);
            left -= cuts;
        }

        Assert.True(answered > LiteDbPowerCutTests.Images);
        Assert.True(inCheckpoint > 0);
        TestContext.Current.TestOutputHelper?.WriteLine($"{LiteDbPowerCutTests.Images} cuts, {inCheckpoint} in a checkpoint; {answered} transactions answered");
    }

    /// <returns>How many cuts were in a checkpoint.</returns>
    private static async Task<int> CutAsync(IReadOnlyList<Visitor> visitors, int cuts, Dice dice)
    {
        var store = await MakeAsync(visitors);
        var inCheckpoint = 0;
        for (var cut = 0; cut < cuts; cut++)
        {
            store = new SimulatedStore(store.Data.Image, store.Log.Image) { Options = new LiteDbEngineOptions { CheckpointPages = 60 + dice.Below(120) } };
            store.Power.CutAt = 2 + dice.Below(dice.Chance(0.3) ? 8 : 50);
            await WorkUntilCutAsync(store, visitors, dice);
            inCheckpoint += store.Data.HasUnsynced ? 1 : 0;
            store = new SimulatedStore(store.Data.AfterPowerCut(dice), store.Log.AfterPowerCut(dice));
            await CheckAsync(store, visitors);
        }

        return inCheckpoint;
    }

    private static async Task<SimulatedStore> MakeAsync(IReadOnlyList<Visitor> visitors)
    {
        var made = new SimulatedStore();
        await using var store = await OpenAsync(made, mayCreate: true);
        foreach (var visitor in visitors)
            await visitor.AddAsync(store);
        return made;
    }

    private static async Task WorkUntilCutAsync(SimulatedStore simulated, IReadOnlyList<Visitor> visitors, Dice dice)
    {
        StoreServices store;
        try
        {
            store = await OpenAsync(simulated, mayCreate: false);
        }
        catch (StoreUnavailableException) // cut while it was recovered
        {
            return;
        }

        await using (store)
        {
            await Task.WhenAll(visitors.Select(visitor =>
                Assert.ThrowsAsync<StoreUnavailableException>(() => visitor.WorkAsync(store, new Dice(dice.Next())))));
        }
    }

    private static async Task CheckAsync(SimulatedStore survivor, IReadOnlyList<Visitor> visitors)
    {
        await using var store = await OpenAsync(survivor, mayCreate: false);
        foreach (var visitor in visitors)
            await visitor.CheckAsync(store);
        Assert.Empty((await new AuditVerification(store.Audit, Chain).VerifyAsync(mark: null, CancellationToken.None)).Faults);
        await StoreStructure.CheckAsync(((LiteDbStore)store.Engine).Engine);
    }

    private static async Task<StoreServices> OpenAsync(SimulatedStore simulated, bool mayCreate)
    {
        var store = new StoreServices(simulated.Connect());
        try
        {
            store.Audit.Open(Chain);
            await store.Lifecycle.OpenAsync(mayCreate, CancellationToken.None);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }
}
