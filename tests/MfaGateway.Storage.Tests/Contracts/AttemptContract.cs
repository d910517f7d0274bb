using MfaGateway.Core.Throttling;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class AttemptContract(StoreEngine engine) : StoreContract(engine)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Attempts_are_granted_up_to_the_limit_and_then_refused_until_the_window_is_over()
    {
        var bucket = new AttemptBucket("flow/1/second-factor", 3, Window);

        Assert.Equal(2, await GrantedAsync(Now, bucket));
        Assert.Equal(1, await GrantedAsync(Now.AddMinutes(1), bucket));
        Assert.Equal(0, await GrantedAsync(Now.AddMinutes(2), bucket));

        var refused = await RefusedAsync(Now.AddMinutes(3), bucket);
        Assert.Equal(bucket.Key, refused.Key);
        Assert.Equal(Now + Window, refused.RetryAt);
        await RefusedAsync(Now + Window - TimeSpan.FromMilliseconds(1), bucket);

        Assert.Equal(2, await GrantedAsync(Now + Window, bucket));
    }

    [Fact]
    public async Task Being_refused_neither_counts_nor_moves_the_end_of_the_window()
    {
        var bucket = new AttemptBucket("a", 1, Window);
        await GrantedAsync(Now, bucket);

        for (var minute = 1; minute < 10; minute++)
            Assert.Equal(Now + Window, (await RefusedAsync(Now.AddMinutes(minute), bucket)).RetryAt);

        Assert.Equal(0, await GrantedAsync(Now + Window, bucket));
    }

    [Fact]
    public async Task One_full_bucket_keeps_the_others_from_counting()
    {
        AttemptBucket a = new("a", 5, Window), b = new("b", 1, Window), c = new("c", 5, Window);
        Assert.Equal(0, await GrantedAsync(Now, c, b, a));

        Assert.Equal("b", (await RefusedAsync(Now, a, b, c)).Key);
        Assert.Equal("b", (await RefusedAsync(Now, c, b, a)).Key);

        Assert.Equal(3, await GrantedAsync(Now, a)); // only the first one and this
        Assert.Equal(3, await GrantedAsync(Now, c));
    }

    [Fact]
    public async Task Of_several_full_buckets_the_one_that_opens_last_is_named()
    {
        AttemptBucket soon = new("z", 1, TimeSpan.FromMinutes(1)), late = new("m", 1, Window), middle = new("a", 1, TimeSpan.FromMinutes(5));
        await GrantedAsync(Now, soon, late, middle);

        var refused = await RefusedAsync(Now.AddSeconds(1), soon, late, middle);

        Assert.Equal("m", refused.Key);
        Assert.Equal(Now + Window, refused.RetryAt);
    }

    [Fact]
    public async Task A_bucket_named_twice_counts_once_and_by_the_lower_limit()
    {
        AttemptBucket wide = new("a", 9, Window), narrow = new("a", 2, Window);

        Assert.Equal(1, await GrantedAsync(Now, wide, narrow));
        Assert.Equal(0, await GrantedAsync(Now, wide, narrow));
        await RefusedAsync(Now, wide, narrow);
    }

    [Fact]
    public async Task A_released_attempt_can_be_had_again_and_no_more_than_that()
    {
        var bucket = new AttemptBucket("a", 2, Window);
        await GrantedAsync(Now, bucket);
        await GrantedAsync(Now, bucket);

        await Store.Attempts.ReleaseAttemptAsync(["a", "unknown"], Token);

        Assert.Equal(0, await GrantedAsync(Now, bucket));
        await RefusedAsync(Now, bucket);
    }

    [Fact]
    public async Task Releasing_more_than_was_counted_gives_no_credit()
    {
        var bucket = new AttemptBucket("a", 2, Window);
        await GrantedAsync(Now, bucket);

        for (var time = 0; time < 5; time++)
            await Store.Attempts.ReleaseAttemptAsync(["a"], Token);

        Assert.Equal(1, await GrantedAsync(Now, bucket));
        Assert.Equal(0, await GrantedAsync(Now, bucket));
        await RefusedAsync(Now, bucket);
    }

    [Fact]
    public async Task A_window_begins_with_the_first_attempt_that_still_counts()
    {
        var bucket = new AttemptBucket("a", 1, Window);
        await GrantedAsync(Now, bucket);
        await Store.Attempts.ReleaseAttemptAsync(["a"], Token);

        await GrantedAsync(Now.AddMinutes(14), bucket);

        Assert.Equal(Now.AddMinutes(14) + Window, (await RefusedAsync(Now.AddMinutes(16), bucket)).RetryAt);
    }

    [Fact]
    public async Task A_cleared_bucket_starts_anew()
    {
        AttemptBucket a = new("a", 1, Window), b = new("b", 1, Window);
        await GrantedAsync(Now, a, b);

        await Store.Attempts.ClearAsync(["a", "unknown"], Token);

        await GrantedAsync(Now, a);
        await RefusedAsync(Now, b);
    }

    [Fact]
    public async Task No_bucket_refuses_nobody() =>
        Assert.IsType<AttemptReservation.Granted>(await Store.Attempts.TryReserveAttemptAsync([], Now, Token));

    [Fact]
    public async Task Exactly_as_many_of_many_racers_pass_as_the_limit_says()
    {
        AttemptBucket[] buckets = [new("flow", 5, Window), new("account", 50, Window), new("address", 60, Window)];
        await using var otherNode = Place.Connect();

        // Both orders, so that taking the buckets as they come would end in a deadlock.
        var results = await RaceAsync(number => (number % 2 == 0 ? Store : otherNode).Attempts.TryReserveAttemptAsync(
            number % 3 == 0 ? buckets : [.. buckets.Reverse()], Now, Token));

        Assert.Equal([0, 1, 2, 3, 4], results.OfType<AttemptReservation.Granted>().Select(granted => granted.Remaining).Order());
        Assert.All(results.OfType<AttemptReservation.Refused>(), refused => Assert.Equal("flow", refused.Key));
        Assert.Equal(44, await GrantedAsync(Now, buckets[1])); // five counted, and this one
        Assert.Equal(54, await GrantedAsync(Now, buckets[2]));
    }

    [Fact]
    public async Task Reserving_releasing_and_deleting_at_once_loses_no_count()
    {
        AttemptBucket[] buckets = [new("a", 1000, Window), new("b", 1000, Window)];

        await RaceAsync(async number =>
        {
            await Store.Attempts.TryReserveAttemptAsync(number % 2 == 0 ? buckets : [.. buckets.Reverse()], Now, Token);
            if (number % 4 == 0)
                await Store.Attempts.ReleaseAttemptAsync(number % 8 == 0 ? ["a", "b"] : ["b", "a"], Token);
            if (number % 16 == 1)
                await Store.Lifecycle.DeleteExpiredAsync(Now, Token);
            return true;
        });

        var counted = Racers - Racers / 4;
        Assert.Equal(1000 - counted - 1, await GrantedAsync(Now, buckets[0]));
        Assert.Equal(1000 - counted - 1, await GrantedAsync(Now, buckets[1]));
    }

    private async Task<int> GrantedAsync(DateTimeOffset now, params AttemptBucket[] buckets) =>
        Assert.IsType<AttemptReservation.Granted>(await Store.Attempts.TryReserveAttemptAsync(buckets, now, Token)).Remaining;

    private async Task<AttemptReservation.Refused> RefusedAsync(DateTimeOffset now, params AttemptBucket[] buckets) =>
        Assert.IsType<AttemptReservation.Refused>(await Store.Attempts.TryReserveAttemptAsync(buckets, now, Token));
}

public sealed class AttemptsOnSqlite() : AttemptContract(StoreEngine.Sqlite);

public sealed class AttemptsOnPostgreSql() : AttemptContract(StoreEngine.PostgreSql);
