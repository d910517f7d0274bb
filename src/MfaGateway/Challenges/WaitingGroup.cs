using System.Security.Cryptography;

namespace MfaGateway.Challenges;

/// <summary>
/// Those who wait, in groups within groups: networks within wider ones, and one source at the end of each path. At every level the parts
/// take turns, and the largest part gives way. Not thread-safe.
/// </summary>
internal sealed class WaitingGroup
{
    private readonly LinkedList<Waiter> _line = [];
    private readonly Dictionary<string, WaitingGroup> _parts = new(StringComparer.Ordinal);

    // The parts, in the order of their next turns.
    private readonly LinkedList<string> _turns = [];

    public int Count { get; private set; }

    public int CountOf(IReadOnlyList<string> path)
    {
        var group = this;
        foreach (var name in path)
        {
            if (!group._parts.TryGetValue(name, out group))
                return 0;
        }

        return group.Count;
    }

    public void Add(Waiter waiter, int depth = 0)
    {
        Count++;
        if (depth == waiter.Path.Count)
        {
            _line.AddLast(waiter);
            return;
        }

        var name = waiter.Path[depth];
        if (!_parts.TryGetValue(name, out var part))
        {
            part = new WaitingGroup();
            _parts.Add(name, part);
            _turns.AddLast(name);
        }

        part.Add(waiter, depth + 1);
    }

    /// <summary>Takes the one out whose turn it is. The group must not be empty.</summary>
    public Waiter TakeNext()
    {
        Count--;
        if (_turns.First is not { } turn)
        {
            var first = _line.First!.Value;
            _line.RemoveFirst();
            return first;
        }

        var part = _parts[turn.Value];
        var next = part.TakeNext();
        _turns.Remove(turn);
        if (part.Count > 0)
            _turns.AddLast(turn);
        else
            _parts.Remove(turn.Value);
        return next;
    }

    /// <returns>Whether it was still waiting here.</returns>
    public bool TryRemove(Waiter waiter, int depth = 0)
    {
        if (depth == waiter.Path.Count)
        {
            if (!_line.Remove(waiter))
                return false;
        }
        else
        {
            var name = waiter.Path[depth];
            if (!_parts.TryGetValue(name, out var part) || !part.TryRemove(waiter, depth + 1))
                return false;
            if (part.Count == 0)
            {
                _parts.Remove(name);
                _turns.Remove(name);
            }
        }

        Count--;
        return true;
    }

    /// <summary>
    /// The one to turn away when there are too many: the last of the largest part of the largest part. Among equals chance decides: by any
    /// rule that can be foreseen, a steady flood of equals would keep each place that comes free.
    /// </summary>
    public Waiter FindLastOfLargest()
    {
        if (_parts.Count == 0)
            return _line.Last!.Value;

        var most = _parts.Values.Max(part => part.Count);
        var largest = _parts.Values.Where(part => part.Count == most).ToArray();
        return largest[RandomNumberGenerator.GetInt32(largest.Length)].FindLastOfLargest();
    }
}

/// <param name="path">Its groups, from the widest to the source itself.</param>
internal sealed class Waiter(IReadOnlyList<string> path)
{
    public IReadOnlyList<string> Path => path;

    public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
