using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Work;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>A disk that is full or fails: the engine stops, answers "unavailable", and starts again from the files.</summary>
public sealed class LiteDbFaultTests
{
    public static TheoryData<string, bool> Faults => new()
    {
        { "write", false }, { "sync", false }, { "write", true }, { "sync", true },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_was_acknowledged_is_there_when_the_disk_works_again(string operation, bool ofData)
    {
        var dice = new Dice(3);
        for (var round = 0; round < 6; round++)
        {
            var ledger = new Ledger();
            var store = new SimulatedStore { Options = new LiteDbEngineOptions { CheckpointPages = 60 } };
            var failing = false;
            var left = 20 + dice.Below(200);
            (ofData ? store.Data : store.Log).Before = one =>
            {
                if (Volatile.Read(ref failing) && one == operation)
                    throw new IOException("No space left on device");
            };
            await using var engine = await store.OpenAsync();

            await Task.WhenAll(Enumerable.Range(0, 4).Select(async worker =>
            {
                var own = new Dice(dice.Next());
                await Assert.ThrowsAsync<StoreUnavailableException>(() => ledger.WorkAsync(engine, worker, own, acknowledged: () =>
                {
                    if (Interlocked.Decrement(ref left) == 0)
                        Volatile.Write(ref failing, true);
                }));
            }));
            store.Clock.Tick(); // the disk is still full: a start that does not succeed
            await Assert.ThrowsAsync<StoreUnavailableException>(() => engine.RunAsync(_ => true));
            Assert.IsType<StoreUnavailableException>(engine.Fault);

            Volatile.Write(ref failing, false);
            store.Clock.Tick();
            await ledger.CheckAsync(engine);
            Assert.Null(engine.Fault);
            Assert.True(engine.Figures.Starts >= 3);
            Assert.True(await engine.RunAsync(unit => Acts.Consume(unit, "after", "it")));
        }
    }

    [Fact]
    public async Task All_units_of_a_batch_fail_with_its_sync_and_the_engine_serves_again_at_once()
    {
        var store = new SimulatedStore();
        await using var engine = await store.OpenAsync();
        var before = await engine.RunAsync(unit => Acts.Reserve(unit, "counter", 10));
        var fail = true;
        store.Log.Before = operation =>
        {
            if (operation == "sync" && fail)
            {
                fail = false;
                throw new IOException("Input/output error");
            }
        };
        using var held = new Gate();
        var first = engine.RunAsync(unit =>
        {
            held.WaitInside();
            return Acts.Reserve(unit, "counter", 10);
        });
        await held.Entered;
        var second = engine.RunAsync(unit => Acts.Reserve(unit, "counter", 10));
        var reader = engine.RunAsync(unit => unit.Find(Acts.Values, "counter"));
        held.Open();

        foreach (var task in (Task[])[first, second, reader])
            Assert.Contains("Input/output error", (await Assert.ThrowsAsync<StoreUnavailableException>(() => task)).Message, StringComparison.Ordinal);

        Assert.InRange((await engine.RunAsync(unit => unit.Find(Acts.Values, "counter")))!["n"].AsInt64, before, before + 2);
        Assert.Equal(2, engine.Figures.Starts);
    }

    [Fact]
    public async Task A_read_that_fails_ends_the_engine_and_it_serves_again_when_the_disk_can_be_read()
    {
        var store = new SimulatedStore();
        await using (var filled = await store.OpenAsync())
        {
            await filled.RunAsync(unit =>
            {
                for (var number = 0; number < 500; number++)
                    Acts.Write(unit, $"text {number}", number);
                return true;
            });
        }

        var failing = false;
        await using var engine = await store.OpenAsync();
        store.Data.Before = operation =>
        {
            if (operation == "read" && Volatile.Read(ref failing))
                throw new IOException("Input/output error");
        };
        Volatile.Write(ref failing, true);

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var thrown = await Assert.ThrowsAsync<StoreUnavailableException>(() => engine.ReadAllAsync(Acts.Values, "_id"));
            Assert.Contains("Input/output error", thrown.Message, StringComparison.Ordinal);
            store.Clock.Tick();
        }

        Volatile.Write(ref failing, false);
        store.Clock.Tick();
        Assert.Equal(500, (await engine.ReadAllAsync(Acts.Values, "_id")).Count);
        Assert.Null(engine.Fault);
    }

    [Fact]
    public async Task A_damaged_page_found_while_serving_stops_the_engine_for_good()
    {
        var store = new SimulatedStore();
        await using (var filled = await store.OpenAsync())
        {
            await filled.RunAsync(unit =>
            {
                for (var number = 0; number < 500; number++)
                    Acts.Write(unit, $"text {number}", number);
                return true;
            });
        }

        await using var engine = await store.OpenAsync();
        for (var page = 1; page < store.Data.Length / 8192; page++)
            store.Data.Write([1], page * 8192 + 100);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => engine.RunAsync(unit =>
        {
            try
            {
                return unit.Find(Acts.Values, "text 1") is not null;
            }
            catch (StoreUnavailableException)
            {
                return false; // a unit that hides it changes nothing
            }
        }));

        store.Clock.Tick();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => engine.RunAsync(_ => true));
        Assert.Contains("damaged", Assert.IsType<StoreRefusedException>(engine.Fault).Message, StringComparison.Ordinal);
    }
}
