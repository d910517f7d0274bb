using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class LifecycleContract(StoreEngine engine) : StoreContract(engine)
{
    private readonly StoreEngine _engine = engine;

    [Fact]
    public async Task A_store_is_there_only_after_it_was_made()
    {
        await using var place = await _engine.AddPlaceAsync();
        await using var store = place.Connect();

        Assert.False(await store.Lifecycle.ExistsAsync(Token));
        Assert.False(await store.Lifecycle.ExistsAsync(Token)); // asking makes nothing

        await store.Lifecycle.OpenAsync(mayCreate: true, Token);
        Assert.True(await store.Lifecycle.ExistsAsync(Token));
        Assert.False(await store.Accounts.AnyAsync(Token));
    }

    [Fact]
    public async Task A_missing_store_is_refused_where_one_must_be()
    {
        await using var place = await _engine.AddPlaceAsync();
        await using var store = place.Connect();

        await Assert.ThrowsAsync<StoreRefusedException>(() => store.Lifecycle.OpenAsync(mayCreate: false, Token));

        Assert.False(await store.Lifecycle.ExistsAsync(Token));
    }

    [Fact]
    public async Task What_was_written_is_there_when_the_store_is_opened_again()
    {
        var account = await AddAccountAsync();
        await Store.DisposeAsync();

        await using var again = Place.Connect();
        await again.Lifecycle.OpenAsync(mayCreate: false, Token);

        Assert.Equivalent(account, await again.Accounts.FindAsync(account.Id, Token), strict: true);
    }

    [Fact]
    public async Task Processes_that_start_together_make_one_store()
    {
        await using var place = await _engine.AddPlaceAsync();

        await RaceAsync(async number =>
        {
            await using var store = place.Connect();
            if (number >= 12)
                return false; // a dozen processes are enough
            await store.Lifecycle.OpenAsync(mayCreate: true, Token);
            return await store.Lifecycle.TryAddFactAsync("made-by-" + number, [1], Token);
        });

        await using var last = place.Connect();
        await last.Lifecycle.OpenAsync(mayCreate: false, Token);
        for (var number = 0; number < 12; number++)
            Assert.NotNull(await last.Lifecycle.FindFactAsync("made-by-" + number, Token));
    }

    [Fact]
    public async Task A_probe_writes_again_and_again()
    {
        await Store.Lifecycle.ProbeAsync(Now, Token);
        await Store.Lifecycle.ProbeAsync(Now.AddSeconds(1), Token);
        await Store.Lifecycle.ProbeAsync(Now.AddSeconds(-1), Token); // a clock that was set back is no fault of the store
    }

    [Fact]
    public async Task A_fact_is_kept_as_it_was_first_written()
    {
        Assert.Null(await Store.Lifecycle.FindFactAsync("instance", Token));

        Assert.True(await Store.Lifecycle.TryAddFactAsync("instance", [0, 1, 255], Token));
        Assert.False(await Store.Lifecycle.TryAddFactAsync("instance", [7], Token));

        Assert.Equal([0, 1, 255], await Store.Lifecycle.FindFactAsync("instance", Token));
    }

    [Fact]
    public async Task One_of_many_who_write_the_same_fact_wins()
    {
        var kept = await RaceAsync(number => Store.Lifecycle.TryAddFactAsync("instance", [(byte)number], Token));

        var winner = Assert.Single(Enumerable.Range(0, Racers), number => kept[number]);
        Assert.Equal([(byte)winner], (await Store.Lifecycle.FindFactAsync("instance", Token))!);
    }

    [Fact]
    public async Task Reading_alone_never_raises_the_change_mark()
    {
        var account = await AddAccountAsync();

        Assert.False(await RaisesChangeMarkAsync(async () =>
        {
            await Store.Accounts.FindAsync(account.Id, Token);
            await Store.Lifecycle.ProbeAsync(Now, Token);
        }));
    }

    [Fact]
    public async Task A_change_names_its_account_and_no_other()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));

        var changes = await ChangesOfAsync(() => SetDisabledAsync(ada.Id));

        Assert.True(changes.Concern(ada.Id));
        Assert.False(changes.Concern(bob.Id));
        Assert.False(changes.IsNone);
        Assert.True((await Store.Lifecycle.ReadChangesAsync(changes.Mark, Token)).IsNone);
    }

    [Fact]
    public async Task Whoever_does_not_know_all_changes_takes_anybody_for_changed()
    {
        var ada = await AddAccountAsync();
        var known = await Store.Lifecycle.ReadChangesAsync(0, Token);
        Assert.True(known.Concern("somebody")); // knows nothing yet

        await SetDisabledAsync(ada.Id);
        await SetDisabledAsync(ada.Id, disabled: false);
        Assert.False((await Store.Lifecycle.ReadChangesAsync(known.Mark, Token)).Concern("somebody"));

        // A program that only knows the mark has raised it.
        await Store.RaiseMarkAsync(by: 1);
        Assert.True((await Store.Lifecycle.ReadChangesAsync(known.Mark, Token)).Concern("somebody"));

        // A backup was restored while this reader ran.
        Assert.True((await Store.Lifecycle.ReadChangesAsync(known.Mark + 100, Token)).Concern("somebody"));
    }

    [Fact]
    public async Task Old_changes_are_swept_and_late_readers_take_anybody_for_changed()
    {
        var ada = await AddAccountAsync();
        var late = await Store.Lifecycle.ReadChangesAsync(0, Token);
        await SetDisabledAsync(ada.Id);
        await Store.RaiseMarkAsync(by: 10_000);
        await SetDisabledAsync(ada.Id, disabled: false);
        var prompt = await Store.Lifecycle.ReadChangesAsync(late.Mark, Token);
        await SetDisabledAsync(ada.Id);

        await Store.Lifecycle.DeleteExpiredAsync(Now, Token);

        Assert.Equal(2, await Store.CountChangesAsync());
        Assert.True((await Store.Lifecycle.ReadChangesAsync(late.Mark, Token)).Concern("somebody"));
        Assert.False((await Store.Lifecycle.ReadChangesAsync(prompt.Mark, Token)).Concern("somebody"));
    }

    [Fact]
    public async Task A_reader_that_polls_misses_no_change_of_many_at_once()
    {
        var accounts = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => AddAccountAsync("person" + number)));
        await using var otherNode = Place.Connect();
        var read = await otherNode.Lifecycle.ReadChangesAsync(0, Token);
        var seen = new Dictionary<string, int>();
        var changing = RaceAsync(number => SetDisabledAsync(accounts[number % 8].Id, number % 2 == 0));

        for (var last = false; !last;)
        {
            last = changing.IsCompleted;
            read = await otherNode.Lifecycle.ReadChangesAsync(read.Mark, Token);
            Assert.False(read.Concern("somebody"));
            foreach (var account in accounts.Where(account => read.Concern(account.Id)))
                seen[account.Id] = seen.GetValueOrDefault(account.Id) + 1;
        }

        Assert.All(await changing, change => Assert.Equal(AccountChange.Done, change));
        Assert.Equal(8, seen.Count);
    }

    [Fact]
    public async Task The_process_that_changes_something_is_told_when_it_is_committed()
    {
        var ada = await AddAccountAsync();
        var told = 0;
        Store.Lifecycle.Changed += (_, _) => told++;

        await Store.Accounts.RecordSignInAsync(ada.Id, Now, languages: null, Token);
        Assert.Equal(0, told);

        await SetDisabledAsync(ada.Id);
        Assert.Equal(1, told);
    }

    [Fact]
    public async Task What_is_over_is_deleted_and_what_is_not_stays()
    {
        var account = await AddAccountAsync();
        var session = await StartSessionAsync(account.Id); // 12 hours
        var flow = await AddFlowAsync(account.Id); // 10 minutes
        await Store.Totp.AddOrGetPendingAsync(NewPending(account.Id, flow.Id), Now, Token); // 10 minutes
        await Store.Attempts.TryReserveAttemptAsync([new AttemptBucket(AttemptLimit.Codes, "one", 1, TimeSpan.FromMinutes(10))], Now, Token);

        Assert.Equal(0, await Store.Lifecycle.DeleteExpiredAsync(Now.AddMinutes(9), Token));
        Assert.NotNull(await Store.Flows.FindAsync(flow.TokenHash, Now, Token));

        Assert.Equal(3, await Store.Lifecycle.DeleteExpiredAsync(Now.AddMinutes(11), Token));
        Assert.Null(await Store.Flows.FindAsync(flow.TokenHash, Now, Token));
        Assert.Null(await Store.Totp.FindPendingAsync(flow.Id, Now, Token));
        Assert.NotNull(await Store.Sessions.FindAsync(session.TokenHash, Token));

        Assert.Equal(1, await Store.Lifecycle.DeleteExpiredAsync(Now.AddHours(13), Token));
        Assert.Null(await Store.Sessions.FindAsync(session.TokenHash, Token));
        Assert.NotNull(await Store.Accounts.FindAsync(account.Id, Token));
    }

    [Fact]
    public async Task A_cancelled_call_says_so_and_leaves_the_store_usable()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.Lifecycle.TryAddFactAsync("late", [1], cancelled.Token));

        Assert.Null(await Store.Lifecycle.FindFactAsync("late", Token));
        Assert.True(await Store.Lifecycle.TryAddFactAsync("late", [1], Token));
    }
}

public sealed class LifecycleOnSqlite() : LifecycleContract(StoreEngine.Sqlite);

public sealed class LifecycleOnPostgreSql() : LifecycleContract(StoreEngine.PostgreSql);

public sealed class LifecycleOnLiteDb() : LifecycleContract(StoreEngine.LiteDb);

public sealed class LifecycleOnMemory() : LifecycleContract(StoreEngine.Memory);
