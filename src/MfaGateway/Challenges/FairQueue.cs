using MfaGateway.Core.Factors.Passwords;

namespace MfaGateway.Challenges;

/// <summary>
/// So many at once, and a bounded queue before them in which sources take turns: who sends ninety waits behind ninety, and who
/// sends one waits for one turn of each.
/// </summary>
/// <param name="slots">How many run at once.</param>
/// <param name="longest">How many may wait.</param>
/// <param name="longestOfSource">How many of one source may wait.</param>
public sealed class FairQueue(int slots, int longest, int longestOfSource)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedList<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);

    // Every source that waits, once, in the order of its next turn.
    private readonly Queue<string> _turns = new();
    private int _free = slots;
    private int _length;

    /// <summary>Waits for a slot, to be given back by <see cref="Leave"/>.</summary>
    /// <exception cref="PasswordHashingBusyException">The queue is full, or the source's part of it; or it filled up while this waited, with those of others.</exception>
    public async Task EnterAsync(string source, CancellationToken cancellationToken)
    {
        TaskCompletionSource mine;
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }

            mine = Enqueue(source);
        }

        await using (cancellationToken.Register(() => Abandon(source, mine, cancellationToken)))
            await mine.Task;
    }

    public void Leave()
    {
        lock (_gate)
        {
            while (_turns.TryDequeue(out var source))
            {
                if (!_waiting.TryGetValue(source, out var line))
                    continue;

                var next = line.First!.Value;
                Remove(source, line, line.First);
                if (line.Count > 0)
                    _turns.Enqueue(source);
                next.SetResult();
                return;
            }

            _free++;
        }
    }

    private TaskCompletionSource Enqueue(string source)
    {
        var isNew = !_waiting.TryGetValue(source, out var line);
        line ??= [];
        if (line.Count >= longestOfSource || (_length >= longest && !TryMakeRoom(line.Count)))
            throw new PasswordHashingBusyException();

        if (isNew)
        {
            _waiting.Add(source, line);

            // One whose line emptied by hanging up may still have its turn.
            if (!_turns.Contains(source))
                _turns.Enqueue(source);
        }

        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        line.AddLast(mine);
        _length++;
        return mine;
    }

    /// <summary>Turns the last one of the longest line away, where that leaves it no shorter than the newcomer's.</summary>
    private bool TryMakeRoom(int ownLength)
    {
        var (source, line) = _waiting.MaxBy(pair => pair.Value.Count);
        if (line.Count <= ownLength + 1)
            return false;

        var last = line.Last!;
        Remove(source, line, last);
        last.Value.SetException(new PasswordHashingBusyException());
        return true;
    }

    private void Abandon(string source, TaskCompletionSource mine, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // It may have got its slot a moment ago: then it keeps it and gives it back.
            if (_waiting.TryGetValue(source, out var line) && line.Find(mine) is { } place)
            {
                Remove(source, line, place);
                mine.SetCanceled(cancellationToken);
            }
        }
    }

    private void Remove(string source, LinkedList<TaskCompletionSource> line, LinkedListNode<TaskCompletionSource> place)
    {
        line.Remove(place);
        _length--;
        if (line.Count == 0)
            _waiting.Remove(source);
    }
}
