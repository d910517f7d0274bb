using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Throttling;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class AttemptContract(StoreEngine engine) : StoreContract(engine)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Attempts_are_granted_up_to_the_limit_and_then_refused_for_a_window()
    {
        var bucket = Bucket("a", 3);
        Assert.Equal(2, await GrantedAsync(Now, bucket));
        Assert.Equal(1, await GrantedAsync(Now.AddMinutes(1), bucket));
        Assert.Equal(0, await GrantedAsync(Now.AddMinutes(2), bucket));

        var refused = await RefusedAsync(Now.AddMinutes(3), bucket);
        Assert.Equal("a", refused.Bucket.Key);
        Assert.Equal(Now.AddMinutes(2) + Window, refused.RetryAt);
        await RefusedAsync(Now.AddMinutes(2) + Window - TimeSpan.FromMilliseconds(1), bucket);

        Assert.Equal(2, await GrantedAsync(Now.AddMinutes(2) + Window, bucket));
    }

    [Fact]
    public async Task A_window_that_was_not_filled_starts_anew_when_it_is_over()
    {
        var bucket = Bucket("a", 3);
        await GrantedAsync(Now, bucket);
        await GrantedAsync(Now, bucket);

        Assert.Equal(2, await GrantedAsync(Now + Window, bucket));
    }

    [Fact]
    public async Task Being_refused_neither_counts_nor_moves_the_end()
    {
        var bucket = Bucket("a", 1);
        await GrantedAsync(Now, bucket);

        for (var minute = 1; minute < 10; minute++)
            Assert.Equal(Now + Window, (await RefusedAsync(Now.AddMinutes(minute), bucket)).RetryAt);

        Assert.Equal(0, await GrantedAsync(Now + Window, bucket));
    }

    [Fact]
    public async Task Cool_downs_double_up_to_the_longest_and_shrink_after_quiet()
    {
        var bucket = Bucket("a", 1) with { LongestCoolDown = TimeSpan.FromHours(1) };
        var now = Now;
        foreach (var minutes in (int[])[15, 30, 60, 60])
        {
            await GrantedAsync(now, bucket);
            Assert.Equal(now.AddMinutes(minutes), (await RefusedAsync(now, bucket)).RetryAt);
            now = now.AddMinutes(minutes);
        }

        await Store.Lifecycle.DeleteExpiredAsync(now.AddMinutes(59), Token); // not forgotten before it may be
        await GrantedAsync(now.AddMinutes(59), bucket);
        Assert.Equal(now.AddMinutes(119), (await RefusedAsync(now.AddMinutes(59), bucket)).RetryAt);

        await GrantedAsync(now.AddMinutes(119 + 60), bucket);
        Assert.Equal(now.AddMinutes(119 + 60 + 15), (await RefusedAsync(now.AddMinutes(119 + 60), bucket)).RetryAt);
    }

    [Fact]
    public async Task What_suspends_opens_only_when_it_is_emptied()
    {
        var bucket = Bucket("a", 2) with { Suspends = true, AccountId = "ada" };
        await GrantedAsync(Now, bucket);
        await GrantedAsync(Now, bucket);

        await Store.Lifecycle.DeleteExpiredAsync(Now.AddYears(5), Token);
        Assert.Null((await RefusedAsync(Now.AddYears(5), bucket)).RetryAt);
        Assert.Equal([new AccountLock(bucket.Kind, null)], await Store.Attempts.FindLocksAsync("ada", Now.AddYears(5), Token));

        await Store.Attempts.ReleaseAttemptAsync([], ["a"], Now, Token);
        Assert.Equal(1, await GrantedAsync(Now.AddYears(5), bucket));
    }

    [Fact]
    public async Task One_closed_bucket_keeps_the_others_from_counting()
    {
        AttemptBucket a = Bucket("a", 5), b = Bucket("b", 1), c = Bucket("c", 5);
        Assert.Equal(0, await GrantedAsync(Now, c, b, a));

        Assert.Equal("b", (await RefusedAsync(Now, a, b, c)).Bucket.Key);
        Assert.Equal("b", (await RefusedAsync(Now, c, b, a)).Bucket.Key);

        Assert.Equal(3, await GrantedAsync(Now, a)); // only the first one and this
        Assert.Equal(3, await GrantedAsync(Now, c));
    }

    [Fact]
    public async Task Of_several_closed_buckets_the_one_that_opens_last_is_named()
    {
        AttemptBucket soon = Bucket("z", 1) with { Window = TimeSpan.FromMinutes(1) }, late = Bucket("m", 1);
        await GrantedAsync(Now, soon, late);

        var refused = await RefusedAsync(Now.AddSeconds(1), soon, late);

        Assert.Equal("m", refused.Bucket.Key);
        Assert.Equal(Now + Window, refused.RetryAt);
    }

    [Fact]
    public async Task Attempts_that_are_taken_back_can_be_had_again_and_no_more_than_those()
    {
        var bucket = Bucket("a", 3);
        await GrantedAsync(Now, bucket);
        await GrantedAsync(Now, bucket);
        var last = await CountAsync(Now, bucket);

        await Store.Attempts.ReleaseAttemptAsync(Own(last, 2), ["unknown"], Now, Token);

        Assert.Equal(1, await GrantedAsync(Now, bucket));
        Assert.Equal(0, await GrantedAsync(Now, bucket));
        await RefusedAsync(Now, bucket);
    }

    [Fact]
    public async Task Nothing_is_taken_back_from_a_later_window_and_nothing_below_zero()
    {
        var bucket = Bucket("a", 2);
        var first = await CountAsync(Now, bucket);
        await GrantedAsync(Now + Window, bucket);

        for (var time = 0; time < 5; time++)
            await Store.Attempts.ReleaseAttemptAsync(Own(first, 5), [], Now + Window, Token);

        Assert.Equal(0, await GrantedAsync(Now + Window, bucket));
        await RefusedAsync(Now + Window, bucket);
    }

    [Fact]
    public async Task Unlocking_empties_the_buckets_of_one_account_alone()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        AttemptBucket adas = Bucket("a", 1) with { AccountId = ada.Id }, bobs = Bucket("b", 1) with { AccountId = bob.Id };
        await GrantedAsync(Now, adas, bobs);

        Assert.Equal(AccountChange.Done, await Store.Administration.UnlockAsync(ada.Id, NewTrace(ada.Id, "unlocked"), Token));

        await GrantedAsync(Now, adas);
        await RefusedAsync(Now, bobs);
        Assert.Equal(Now + Window, Assert.Single(await Store.Attempts.FindLocksAsync(bob.Id, Now, Token)).Until);
    }

    [Fact]
    public async Task No_bucket_refuses_nobody() =>
        Assert.IsType<AttemptReservation.Granted>(await Store.Attempts.TryReserveAttemptAsync([], Now, Token));

    [Fact]
    public async Task Exactly_as_many_of_many_racers_pass_as_the_limit_says()
    {
        AttemptBucket[] buckets = [Bucket("flow", 5), Bucket("account", 50), Bucket("address", 60)];
        await using var otherNode = Place.Connect();

        // Both orders, so that taking the buckets as they come would end in a deadlock.
        var results = await RaceAsync(number => (number % 2 == 0 ? Store : otherNode).Attempts.TryReserveAttemptAsync(
            number % 3 == 0 ? buckets : [.. buckets.Reverse()], Now, Token));

        Assert.Equal([0, 1, 2, 3, 4], results.OfType<AttemptReservation.Granted>().Select(granted => granted.Counted.Min(one => one.Remaining)).Order());
        Assert.All(results.OfType<AttemptReservation.Refused>(), refused => Assert.Equal("flow", refused.Bucket.Key));
        Assert.Equal(44, await GrantedAsync(Now, buckets[1])); // five counted, and this one
        Assert.Equal(54, await GrantedAsync(Now, buckets[2]));
    }

    [Fact]
    public async Task Reserving_taking_back_and_deleting_at_once_loses_no_count()
    {
        AttemptBucket[] buckets = [Bucket("a", 1000), Bucket("b", 1000)];

        await RaceAsync(async number =>
        {
            var counted = await CountAsync(Now, number % 2 == 0 ? buckets : [.. buckets.Reverse()]);
            if (number % 4 == 0)
                await Store.Attempts.ReleaseAttemptAsync(counted, [], Now, Token);
            if (number % 16 == 1)
                await Store.Lifecycle.DeleteExpiredAsync(Now, Token);
            return true;
        });

        var left = Racers - Racers / 4;
        Assert.Equal(1000 - left - 1, await GrantedAsync(Now, buckets[0]));
        Assert.Equal(1000 - left - 1, await GrantedAsync(Now, buckets[1]));
    }

    [Fact]
    public async Task A_part_starts_anew_with_its_whole_and_counts_for_its_own_flow_alone()
    {
        var whole = Bucket("account", 5);
        AttemptBucket one = PartOf(whole, "flow/1"), other = PartOf(whole, "flow/2");
        await CountAsync(Now, whole, one);
        Assert.Equal(2, (await CountAsync(Now.AddMinutes(14), one, whole))[1].State.Attempts);
        Assert.Equal([3, 1], (await CountAsync(Now.AddMinutes(14), whole, other)).Select(counted => counted.State.Attempts));

        Assert.Equal([1, 1], (await CountAsync(Now + Window, whole, one)).Select(counted => counted.State.Attempts));
        await Store.Attempts.ReleaseAttemptAsync([], ["account"], Now + Window, Token);
        Assert.Equal([1, 1], (await CountAsync(Now + Window.Add(Window / 2), whole, one)).Select(counted => counted.State.Attempts));
    }

    [Fact]
    public async Task A_clock_that_runs_back_opens_nothing()
    {
        AttemptBucket closed = Bucket("a", 1) with { LongestCoolDown = TimeSpan.FromHours(1) }, open = Bucket("b", 3);
        await GrantedAsync(Now, closed);
        Assert.Equal(2, await GrantedAsync(Now, open));

        foreach (var back in (TimeSpan[])[TimeSpan.FromMinutes(1), TimeSpan.FromDays(400)])
        {
            Assert.Equal(Now + Window, (await RefusedAsync(Now - back, closed)).RetryAt);
            await Store.Lifecycle.DeleteExpiredAsync(Now - back, Token);
        }

        Assert.Equal(1, await GrantedAsync(Now.AddDays(-400), open));
        Assert.Equal(0, await GrantedAsync(Now.AddMinutes(-1), open));
        await RefusedAsync(Now.AddMinutes(-2), open);
    }

    [Fact]
    public async Task A_flood_of_names_that_nobody_has_fills_the_counters_there_are_for_it_and_locks_nobody_who_is_real()
    {
        var limits = new AttemptLimits(new AttemptOptions { UnknownNames = 64 }, new ChallengeOptions());
        var client = new ClientContext("192.0.2.1", "test");
        var ada = await AddAccountAsync();

        for (var number = 0; number < 2_000; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"name{number}");
            await Store.Attempts.TryReserveAttemptAsync(limits.ForSignIn(null, name, null, client).Buckets, Now, Token);
        }

        Assert.IsType<AttemptReservation.Granted>(
            await Store.Attempts.TryReserveAttemptAsync(limits.ForSignIn(ada.Id, "ada", null, client).Buckets, Now, Token));
        Assert.Equal(2 * 64 + 2, await Store.Lifecycle.DeleteExpiredAsync(Now.AddYears(1), Token)); // all that there was
    }

    private static AttemptBucket PartOf(AttemptBucket whole, string key) =>
        new(AttemptLimit.Part, key, int.MaxValue, TimeSpan.FromHours(1)) { PartOf = whole.Key };

    private static List<CountedAttempt> Own(IEnumerable<CountedAttempt> counted, int attempts) =>
        [.. counted.Select(one => one with { Own = attempts })];

    private static AttemptBucket Bucket(string key, int limit) => new(AttemptLimit.Codes, key, limit, Window);

    private async Task<IReadOnlyList<CountedAttempt>> CountAsync(DateTimeOffset now, params AttemptBucket[] buckets) =>
        Assert.IsType<AttemptReservation.Granted>(await Store.Attempts.TryReserveAttemptAsync(buckets, now, Token)).Counted;

    private async Task<int> GrantedAsync(DateTimeOffset now, params AttemptBucket[] buckets) =>
        (await CountAsync(now, buckets)).Min(one => one.Remaining);

    private async Task<AttemptReservation.Refused> RefusedAsync(DateTimeOffset now, params AttemptBucket[] buckets) =>
        Assert.IsType<AttemptReservation.Refused>(await Store.Attempts.TryReserveAttemptAsync(buckets, now, Token));
}

public sealed class AttemptsOnSqlite() : AttemptContract(StoreEngine.Sqlite);

public sealed class AttemptsOnPostgreSql() : AttemptContract(StoreEngine.PostgreSql);

public sealed class AttemptsOnLiteDb() : AttemptContract(StoreEngine.LiteDb);

public sealed class AttemptsOnMemory() : AttemptContract(StoreEngine.Memory);
