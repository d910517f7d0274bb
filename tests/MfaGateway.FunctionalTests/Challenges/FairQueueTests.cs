using MfaGateway.Challenges;
using MfaGateway.Core.Factors.Passwords;
using Xunit;

namespace MfaGateway.FunctionalTests.Challenges;

/// <summary>The queue before the hashing of passwords: whose turn it is, and who is turned away.</summary>
public sealed class FairQueueTests
{
    private readonly FairQueue _queue = new(slots: 1, longest: 6, longestOfSource: 4);
    private readonly List<string> _order = [];
    private readonly Lock _gate = new();

    [Fact]
    public async Task Sources_take_turns_however_many_of_one_wait()
    {
        await _queue.EnterAsync("many", Token);
        Task[] waiting = [WaitAsync("many", "a1"), WaitAsync("many", "a2"), WaitAsync("many", "a3"), WaitAsync("one", "b1"), WaitAsync("two", "c1")];

        _queue.Leave();
        await Task.WhenAll(waiting);

        Assert.Equal(["a1", "b1", "c1", "a2", "a3"], _order);
    }

    [Fact]
    public async Task One_source_fills_its_own_part_and_no_more()
    {
        await _queue.EnterAsync("many", Token);
        var waiting = Enumerable.Range(0, 4).Select(number => WaitAsync("many", $"a{number}")).ToList();

        await Assert.ThrowsAsync<PasswordHashingBusyException>(() => _queue.EnterAsync("many", Token));
        waiting.Add(WaitAsync("one", "b"));

        _queue.Leave();
        await Task.WhenAll(waiting);
        Assert.Equal(["a0", "b", "a1", "a2", "a3"], _order);
    }

    [Fact]
    public async Task In_a_full_queue_the_last_of_the_longest_line_makes_room_for_a_newcomer()
    {
        await _queue.EnterAsync("many", Token);
        Task[] waiting = [WaitAsync("many", "a0"), WaitAsync("many", "a1"), WaitAsync("many", "a2"), WaitAsync("many", "a3"), WaitAsync("one", "b"), WaitAsync("two", "c")];

        var newcomer = WaitAsync("three", "d");

        await Assert.ThrowsAsync<PasswordHashingBusyException>(() => waiting[3]);
        _queue.Leave();
        await Task.WhenAll([.. waiting.Where(one => one != waiting[3]), newcomer]);
        Assert.Equal(["a0", "b", "c", "d", "a1", "a2"], _order);
    }

    [Fact]
    public async Task Who_hangs_up_leaves_no_gap_and_keeps_no_slot()
    {
        await _queue.EnterAsync("many", Token);
        using var hangUp = new CancellationTokenSource();
        var gone = _queue.EnterAsync("gone", hangUp.Token);
        var stays = WaitAsync("one", "b");

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        var again = WaitAsync("gone", "g");
        _queue.Leave();
        await Task.WhenAll(stays, again);

        await _queue.EnterAsync("last", Token).WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task WaitAsync(string source, string name)
    {
        await _queue.EnterAsync(source, Token);
        lock (_gate)
            _order.Add(name);
        _queue.Leave();
    }
}
