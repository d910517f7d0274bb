using System.Numerics;

namespace MfaGateway.OpenRequests;

/// <summary>
/// Every open proxied request of anybody signed in. Each request passes here twice, so it is a doubly linked list in a few
/// parts, each with a lock that is held for some nanoseconds.
/// </summary>
public sealed class OpenRequestList
{
    private readonly Part[] _parts = [.. Enumerable.Range(0, (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount * 4)).Select(_ => new Part())];

    public void Add(OpenRequest request)
    {
        // Whatever spreads simultaneous requests will do.
        var part = _parts[Environment.CurrentManagedThreadId & (_parts.Length - 1)];
        lock (part.Gate)
        {
            request.Part = part;
            request.After = part.First;
            if (part.First is { } first)
                first.Before = request;
            part.First = request;
        }
    }

    /// <summary>To be called before the server may use the request's objects for another one.</summary>
    public void Remove(OpenRequest request)
    {
        var part = request.Part!;
        lock (part.Gate)
        {
            if (request.Before is { } before)
                before.After = request.After;
            else
                part.First = request.After;
            if (request.After is { } after)
                after.Before = request.Before;
            request.Part = null;
        }
    }

    /// <summary>Cuts a request unless it has ended by itself.</summary>
    /// <returns>Whether it was still there.</returns>
    public bool Cut(OpenRequest request)
    {
        if (request.Part is not { } part)
            return false;

        // Under the lock, which the request must pass at its end: a moment later its connection may serve the next one.
        lock (part.Gate)
        {
            if (request.Part is null)
                return false;
            request.Abort();
            return true;
        }
    }

    /// <summary>Adds those that are open now.</summary>
    public void CopyTo(List<OpenRequest> requests)
    {
        foreach (var part in _parts)
        {
            lock (part.Gate)
            {
                for (var request = part.First; request is not null; request = request.After)
                    requests.Add(request);
            }
        }
    }

    internal sealed class Part
    {
        public Lock Gate { get; } = new();

        public OpenRequest? First { get; set; }
    }
}
