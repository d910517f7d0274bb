using MfaGateway.Core.Factors.Passwords;

namespace MfaGateway.Challenges;

/// <summary>
/// So many at once, and two bounded lanes before them, which take turns: one for those who have signed in before, and one for strangers,
/// who can't fill the other one. In each lane groups take turns, the widest first: a source that sends ninety waits behind ninety, and one
/// that sends one waits for one turn of each group beside its own.
/// </summary>
/// <param name="slots">How many run at once.</param>
/// <param name="maxWaiting">How many may wait in each lane.</param>
/// <param name="maxOfSource">How many of one source may wait.</param>
public sealed class FairQueue(int slots, int maxWaiting, int maxOfSource)
{
    private readonly Lock _gate = new();
    private readonly WaitingGroup _known = new();
    private readonly WaitingGroup _strangers = new();
    private int _free = slots;
    private bool _isTurnOfStrangers;

    /// <summary>Waits for a slot, to be given back by <see cref="Leave"/>.</summary>
    /// <exception cref="PasswordHashingBusyException">The source's part of the lane is full; or the lane is, and the largest group gave way.</exception>
    /// <exception cref="PasswordHashingAbandonedException">It was cancelled before it had a slot.</exception>
    public async Task EnterAsync(QueuePlace place, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            throw new PasswordHashingAbandonedException();

        var lane = place.IsKnown ? _known : _strangers;
        Waiter mine;
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }

            mine = Enqueue(lane, place.Path);
        }

        await using (cancellationToken.Register(() => Abandon(lane, mine)))
            await mine.Turn.Task;
    }

    public void Leave()
    {
        lock (_gate)
        {
            var (first, second) = _isTurnOfStrangers ? (_strangers, _known) : (_known, _strangers);
            var lane = first.Count > 0 ? first : second;
            if (lane.Count == 0)
            {
                _free++;
                return;
            }

            _isTurnOfStrangers = lane == _known;
            lane.TakeNext().Turn.SetResult();
        }
    }

    private Waiter Enqueue(WaitingGroup lane, IReadOnlyList<string> path)
    {
        if (lane.CountOf(path) >= maxOfSource)
            throw new PasswordHashingBusyException();

        var mine = new Waiter(path);
        lane.Add(mine);
        if (lane.Count > maxWaiting)
        {
            var last = lane.FindLastOfLargest();
            lane.TryRemove(last);
            last.Turn.SetException(new PasswordHashingBusyException());
        }

        return mine;
    }

    private void Abandon(WaitingGroup lane, Waiter mine)
    {
        lock (_gate)
        {
            // It may have got its slot a moment ago: then it keeps it and gives it back.
            if (lane.TryRemove(mine))
                mine.Turn.SetException(new PasswordHashingAbandonedException());
        }
    }
}

/// <summary>Where one waits.</summary>
/// <param name="Path">Its groups, from the widest to the source itself; at least one. No source is a group of another one.</param>
/// <param name="IsKnown">Whether it is in the lane of those who have signed in before.</param>
public sealed record QueuePlace(IReadOnlyList<string> Path, bool IsKnown);
