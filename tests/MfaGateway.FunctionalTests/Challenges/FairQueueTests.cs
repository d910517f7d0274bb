using MfaGateway.Challenges;
using MfaGateway.Core.Factors.Passwords;
using Xunit;

namespace MfaGateway.FunctionalTests.Challenges;

/// <summary>The queue before the hashing of passwords: whose turn it is, and who is turned away.</summary>
public sealed class FairQueueTests
{
    private readonly FairQueue _queue = new(slots: 1, maxWaiting: 6, maxOfSource: 4);
    private readonly List<string> _order = [];
    private readonly Lock _gate = new();

    [Fact]
    public async Task Sources_take_turns_however_many_of_one_wait()
    {
        await _queue.EnterAsync(Stranger("many"), Token);
        Task[] waiting = [WaitAsync("many", "a1"), WaitAsync("many", "a2"), WaitAsync("many", "a3"), WaitAsync("one", "b1"), WaitAsync("two", "c1")];

        _queue.Leave();
        await Task.WhenAll(waiting);

        Assert.Equal(["a1", "b1", "c1", "a2", "a3"], _order);
    }

    [Fact]
    public async Task One_source_fills_its_own_part_and_no_more()
    {
        await _queue.EnterAsync(Stranger("many"), Token);
        var waiting = Enumerable.Range(0, 4).Select(number => WaitAsync("many", $"a{number}")).ToList();

        await Assert.ThrowsAsync<PasswordHashingBusyException>(() => _queue.EnterAsync(Stranger("many"), Token));
        waiting.Add(WaitAsync("one", "b"));

        _queue.Leave();
        await Task.WhenAll(waiting);
        Assert.Equal(["a0", "b", "a1", "a2", "a3"], _order);
    }

    [Fact]
    public async Task In_a_full_queue_the_last_of_the_longest_line_makes_room_for_a_newcomer()
    {
        await _queue.EnterAsync(Stranger("many"), Token);
        Task[] waiting = [WaitAsync("many", "a0"), WaitAsync("many", "a1"), WaitAsync("many", "a2"), WaitAsync("many", "a3"), WaitAsync("one", "b"), WaitAsync("two", "c")];

        var newcomer = WaitAsync("three", "d");

        await Assert.ThrowsAsync<PasswordHashingBusyException>(() => waiting[3]);
        _queue.Leave();
        await Task.WhenAll([.. waiting.Where(one => one != waiting[3]), newcomer]);
        Assert.Equal(["a0", "b", "c", "d", "a1", "a2"], _order);
    }

    [Fact]
    public async Task One_that_hangs_up_leaves_no_gap_and_keeps_no_slot()
    {
        await _queue.EnterAsync(Stranger("many"), Token);
        using var hangUp = new CancellationTokenSource();
        var gone = _queue.EnterAsync(Stranger("gone"), hangUp.Token);
        var stays = WaitAsync("one", "b");

        await hangUp.CancelAsync();
        await Assert.ThrowsAsync<PasswordHashingAbandonedException>(() => gone);
        var again = WaitAsync("gone", "g");
        _queue.Leave();
        await Task.WhenAll(stays, again);

        await _queue.EnterAsync(Stranger("last"), Token).WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task The_wider_group_takes_turns_before_the_sources_in_it()
    {
        await _queue.EnterAsync(Stranger("x"), Token);
        Task[] waiting = [WaitAsync("wide/a", "a1"), WaitAsync("wide/a", "a2"), WaitAsync("wide/b", "b1"), WaitAsync("wide/c", "c1"), WaitAsync("other/d", "d1"), WaitAsync("other/d", "d2")];

        _queue.Leave();
        await Task.WhenAll(waiting);

        Assert.Equal(["a1", "d1", "b1", "d2", "c1", "a2"], _order);
    }

    [Fact]
    public async Task In_a_queue_full_of_sources_of_one_group_a_newcomer_of_another_one_takes_the_place_of_one_of_them()
    {
        await _queue.EnterAsync(Stranger("x"), Token);
        var waiting = Enumerable.Range(0, 6).Select(number => WaitAsync($"wide/{number}", $"a{number}")).ToList();

        Task[] newcomers = [WaitAsync("other/d", "d"), WaitAsync("third/e", "e")];

        _queue.Leave();
        await Task.WhenAll(newcomers);
        foreach (var one in waiting)
            await Record.ExceptionAsync(() => one);
        Assert.Equal(2, waiting.Count(one => one.IsFaulted));
        Assert.Equal(["d", "e"], _order.Where(name => name[0] != 'a'));
        Assert.InRange(_order.IndexOf("e"), 1, 2);
    }

    [Fact]
    public async Task In_a_queue_full_of_equals_a_newcomer_may_get_a_place()
    {
        await _queue.EnterAsync(Stranger("x"), Token);
        var waiting = Enumerable.Range(0, 6).Select(number => WaitAsync($"{number}", $"a{number}")).ToList();

        // Each but the last takes the place of another one or is turned away: that the first six keep all places is one in 10^24.
        waiting.AddRange(Enumerable.Range(0, 400).Select(number => WaitAsync($"new{number}", "n")));

        _queue.Leave();
        foreach (var one in waiting)
            await Record.ExceptionAsync(() => one);
        Assert.Equal(6, _order.Count);
        Assert.Contains("n", _order);
    }

    [Fact]
    public async Task Strangers_do_not_fill_the_lane_of_those_who_are_known_and_the_lanes_take_turns()
    {
        await _queue.EnterAsync(Stranger("x"), Token);
        var waiting = Enumerable.Range(0, 6).Select(number => WaitAsync($"{number}", $"s{number}")).ToList();
        waiting.Add(WaitAsync(new QueuePlace(["ada"], IsKnown: true), "ada1"));
        waiting.Add(WaitAsync(new QueuePlace(["ada"], IsKnown: true), "ada2"));

        _queue.Leave();
        await Task.WhenAll(waiting);

        Assert.Equal(["ada1", "s0", "ada2", "s1", "s2", "s3", "s4", "s5"], _order);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static QueuePlace Stranger(string path) => new(path.Split('/'), IsKnown: false);

    private Task WaitAsync(string source, string name) => WaitAsync(Stranger(source), name);

    private async Task WaitAsync(QueuePlace place, string name)
    {
        await _queue.EnterAsync(place, Token);
        lock (_gate)
            _order.Add(name);
        _queue.Leave();
    }
}
