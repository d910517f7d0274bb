using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Files;
using MfaGateway.Storage.LiteDb.Work;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>Who may touch the engine, when it answers, and what a unit may not do.</summary>
public sealed class LiteDbEngineTests
{
    [Fact]
    public async Task An_answer_comes_after_the_sync_of_what_it_rests_on()
    {
        var store = new SimulatedStore();
        await using var engine = await store.OpenAsync();
        using var sync = new Gate();
        using var unit = new Gate();
        var operations = new List<string>();
        store.Log.Before = operation =>
        {
            operations.Add(operation);
            if (operation == "sync")
                sync.WaitInside();
        };

        var writer = engine.RunAsync(one =>
        {
            unit.WaitInside();
            return Acts.Consume(one, "code", "writer");
        });
        await unit.Entered;
        var reader = engine.RunAsync(one => one.Find(Acts.Values, "code")!["b"].AsString);
        var refused = engine.RunAsync<bool>(one => throw new ArgumentException(one.Find(Acts.Values, "code")!["b"].AsString));
        unit.Open();
        await sync.Entered;

        Assert.Equal(["write", "sync"], operations);
        Assert.False(writer.IsCompleted || reader.IsCompleted || refused.IsCompleted);

        sync.Open();
        Assert.True(await writer);
        Assert.Equal("writer", await reader);
        await Assert.ThrowsAsync<ArgumentException>(() => refused);
        Assert.Equal(["write", "sync"], operations); // one write and one sync for all three
    }

    [Fact]
    public async Task A_checkpoint_forgets_the_log_after_the_data_file_is_synced()
    {
        var store = new SimulatedStore { Options = new LiteDbEngineOptions { IdleTicks = 1 } };
        await using var engine = await store.OpenAsync();
        await engine.RunAsync(unit => Acts.Consume(unit, "code", "it"));
        var operations = new List<string>();
        store.Data.Before = operation => Note("data", operation);
        store.Log.Before = operation => Note("log", operation);

        store.Clock.Tick();
        Assert.NotNull(await engine.RunAsync(unit => unit.Find(Acts.Values, "code")));

        Assert.Equal(["data sync", "log write", "log sync"], operations.SkipWhile(one => one == "data write"));
        Assert.Equal("data write", operations[0]);
        Assert.Equal(1, engine.Figures.Checkpoints);

        // In which order it reads is of no matter.
        void Note(string file, string operation)
        {
            if (operation != "read")
                operations.Add($"{file} {operation}");
        }
    }

    [Fact]
    public async Task Another_thread_may_not_touch_a_unit_or_the_engine()
    {
        var store = new SimulatedStore();
        await using (var engine = await store.OpenAsync())
        {
            await engine.RunAsync(unit =>
            {
                Exception? thrown = null;
                var other = new Thread(() => thrown = Record.Exception(() => unit.Find(Acts.Values, "code")));
                other.Start();
                other.Join();
                Assert.Contains("thread", Assert.IsType<InvalidOperationException>(thrown).Message, StringComparison.Ordinal);
                return true;
            });
        }

        DocumentEngine? documents = null;
        var owner = new Thread(() => documents = DocumentEngine.Open(new StoreFilePair(store.Data, store.Log, hold: null), Acts.Collections));
        owner.Start();
        owner.Join();
        Assert.Throws<InvalidOperationException>(() => documents!.Find(documents.QueriesOf(Acts.Values), "code"));
        Assert.Throws<InvalidOperationException>(() => documents!.Checkpoint());
    }

    [Fact]
    public async Task LiteDB_reaches_the_files_from_the_thread_of_the_engine_alone()
    {
        var store = new SimulatedStore { Options = new LiteDbEngineOptions { CheckpointPages = 50 } };
        var threads = new HashSet<int>();
        store.Data.Before = store.Log.Before = _ => threads.Add(Environment.CurrentManagedThreadId);

        await using (var engine = await store.OpenAsync())
        {
            await Task.WhenAll(Enumerable.Range(1, 64).Select(number => Task.Run(() =>
                engine.RunAsync(unit => Acts.SignIn(unit, $"u{number}", number, $"session {number}")))));
        }

        Assert.Single(threads);
    }

    [Fact]
    public async Task A_unit_that_awaits_something_else_is_refused_and_writes_nothing()
    {
        await using var engine = await new SimulatedStore().OpenAsync();
        var other = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var late = new TaskCompletionSource<Exception?>();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => engine.RunAsync(
            async unit =>
            {
                Acts.Consume(unit, "code", "before");
                await other.Task;
                late.SetResult(Record.Exception(() => Acts.Consume(unit, "code", "after")));
                return true;
            },
            CancellationToken.None));
        other.SetResult();

        Assert.Contains("awaits something other than the transaction", refused.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(await late.Task);
        Assert.Null(await engine.RunAsync(unit => unit.Find(Acts.Values, "code")));
    }

    [Fact]
    public async Task A_unit_that_throws_or_is_cancelled_writes_nothing()
    {
        await using var engine = await new SimulatedStore().OpenAsync();
        using var held = new Gate();
        using var cancelled = new CancellationTokenSource();
        var first = engine.RunAsync(unit =>
        {
            held.WaitInside();
            return Acts.Consume(unit, "kept", "it");
        });
        await held.Entered;
        var failing = engine.RunAsync<bool>(unit =>
        {
            Acts.Consume(unit, "thrown", "it");
            unit.Delete(Acts.Values, "kept");
            throw new ArgumentException("decided against");
        });
        var late = engine.RunAsync(unit => Task.FromResult(Acts.Consume(unit, "cancelled", "it")), cancelled.Token);
        await cancelled.CancelAsync();
        held.Open();

        Assert.True(await first);
        await Assert.ThrowsAsync<ArgumentException>(() => failing);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late);
        Assert.Equal("kept", Assert.Single(await engine.ReadAllAsync(Acts.Values, "_id"))["_id"].AsString);
    }

    [Fact]
    public async Task A_full_queue_is_unavailable()
    {
        var store = new SimulatedStore { Options = new LiteDbEngineOptions { QueueLength = 2 } };
        await using var engine = await store.OpenAsync();
        using var held = new Gate();
        var first = engine.RunAsync(_ =>
        {
            held.WaitInside();
            return true;
        });
        await held.Entered;
        var waiting = Enumerable.Range(0, 2).Select(_ => engine.RunAsync(_ => true)).ToList();

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => engine.RunAsync(_ => true));

        Assert.Contains("2 units wait", refused.Message, StringComparison.Ordinal);
        held.Open();
        Assert.All(await Task.WhenAll([first, .. waiting]), Assert.True);
    }

    [Fact]
    public async Task A_closed_engine_has_run_what_waited_and_takes_nothing_more()
    {
        var engine = await new SimulatedStore().OpenAsync();
        var waiting = Enumerable.Range(0, 20).Select(number => engine.RunAsync(unit => Acts.Consume(unit, $"code {number}", "it"))).ToList();

        await engine.DisposeAsync();

        Assert.All(await Task.WhenAll(waiting), Assert.True);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => engine.RunAsync(_ => true));
    }
}
