using MfaGateway.Access;
using MfaGateway.Core.Access;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Throttling;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Authorization;

namespace MfaGateway.OpenRequests;

/// <summary>
/// Goes through the open requests and cuts those that would not be let through any more: their session is over, or its
/// person may not be there. What a person has to prove, and how recently, is asked when a request begins and not again.
/// </summary>
public sealed class OpenRequestReview(
    OpenRequestList list,
    ChangeWatch watch,
    SessionCache cache,
    SessionStore store,
    AccessPolicies policies,
    AccessRequirementHandler access,
    GatewaySessionOptions options,
    TimeProvider time,
    ILogger<OpenRequestReview> logger)
{
    /// <summary>How long a request may go on when nobody can say whether it may: a failover's time, and no more.</summary>
    public const int LongestInDoubtMilliseconds = 5000;

    private static readonly TimeSpan LongestAsking = TimeSpan.FromSeconds(2);
    private static readonly ParallelOptions Asking = new() { MaxDegreeOfParallelism = 4 };

    private readonly List<OpenRequest> _requests = [];
    private readonly List<OpenRequest> _due = [];
    private bool _inDoubt;

    /// <summary>One round; never two at once.</summary>
    public async Task RunAsync()
    {
        list.CopyTo(_requests);
        try
        {
            if (_requests.Count > 0)
                await ReviewAsync();
        }
        finally
        {
            // What has ended meanwhile is not to be kept alive by these.
            _requests.Clear();
            _due.Clear();
        }
    }

    private async Task ReviewAsync()
    {
        using var patience = new CancellationTokenSource(LongestAsking);
        var tick = Environment.TickCount64;
        var isKnown = await TryCatchUpAsync(patience.Token);
        SortOutDue(isKnown, tick);

        var tally = new CutTally();
        await Parallel.ForEachAsync(_due, Asking, async (request, _) =>
            Conclude(request, isKnown ? await JudgeAsync(request, tally, patience.Token) : OpenRequestVerdict.Unknown, tick, tally));
        tally.LogTo(logger);
    }

    private void SortOutDue(bool isKnown, long tick)
    {
        foreach (var request in _requests)
        {
            if (isKnown && !IsDue(request.Session))
                request.CheckedAtTick = tick;
            else
                _due.Add(request);
        }
    }

    private async Task<bool> TryCatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Not on this thread: SQLite may keep it waiting, and what is in doubt must be cut in time all the same.
            await Task.Run(() => watch.CatchUpAsync().AsTask(), CancellationToken.None).WaitAsync(cancellationToken);
            _inDoubt = false;
            return true;
        }
        catch (Exception fault)
        {
            if (!_inDoubt)
                Log.InDoubt(logger, LongestInDoubtMilliseconds / 1000, fault);
            _inDoubt = true;
            return false;
        }
    }

    // Most of the time nothing is, and a round costs a few reads of memory a request.
    private bool IsDue(LiveSession session) =>
        session.IsOutdated || !IsLive(session) || session.HasUseToWrite(SessionReader.WriteLastSeenEvery);

    private async Task<OpenRequestVerdict> JudgeAsync(OpenRequest request, CutTally tally, CancellationToken cancellationToken)
    {
        try
        {
            if (await FindSessionAsync(request, cancellationToken) is not { } session)
                return OpenRequestVerdict.SessionOver;

            request.Session = session;
            if (!access.StillAllows(PolicyOf(request), request.Readings, session.Subject, request.ClientAddress))
                return OpenRequestVerdict.AccessOver;

            // Where this can't be written, nothing that ends the session can.
            if (session.HasUseToWrite(SessionReader.WriteLastSeenEvery))
                await session.WriteSeenAsync(store, session.LastSeenAt).WaitAsync(cancellationToken);
            return OpenRequestVerdict.Holds;
        }
        catch (Exception fault)
        {
            // The store, or a bug: either way nobody knows, and what stays unknown does not go on.
            tally.Doubt(fault);
            return OpenRequestVerdict.Unknown;
        }
    }

    private async Task<LiveSession?> FindSessionAsync(OpenRequest request, CancellationToken cancellationToken)
    {
        var known = request.Session;
        var session = known.IsOutdated ? await FindAgainAsync(request, cancellationToken) : known;

        // Idle as far as this process knows; the person may have been busy on another node.
        if (session is not null && !IsLive(session))
            session = await cache.ReadAgainAsync(SessionKey.From(session.Session.TokenHash), cancellationToken);
        return session is not null && IsLive(session) ? session : null;
    }

    /// <summary>
    /// The session as it is now, or the one that its own person's step-up has put in its place. That one carries on what came from the
    /// network of the step-up: what came from elsewhere was not opened by the browser that has proved something.
    /// </summary>
    private async Task<LiveSession?> FindAgainAsync(OpenRequest request, CancellationToken cancellationToken)
    {
        var known = request.Session;
        if (await cache.FindAsync(SessionKey.From(known.Session.TokenHash), cancellationToken) is { } same)
            return same;

        return await store.FindSuccessorAsync(known.Session.Id, cancellationToken) is { } next
            && NetworkOf(next.ClientAddress) == NetworkOf(request.ClientAddress?.ToString() ?? string.Empty)
            ? await cache.FindAsync(SessionKey.From(next.TokenHash), cancellationToken)
            : null;
    }

    private static string NetworkOf(string address) => ClientNetworks.Of(address)[^1];

    private void Conclude(OpenRequest request, OpenRequestVerdict verdict, long tick, CutTally tally)
    {
        if (verdict == OpenRequestVerdict.Holds)
            request.CheckedAtTick = tick;
        else if (verdict != OpenRequestVerdict.Unknown || Environment.TickCount64 - request.CheckedAtTick >= LongestInDoubtMilliseconds)
            tally.Count(verdict, list.Cut(request));
    }

    // The clock is read after the use: else a use of the next moment, after the clock was set right, would be one in the future.
    private bool IsLive(LiveSession session)
    {
        var lastSeenAt = session.LastSeenAt;
        return SessionRules.IsLive(session.Session, lastSeenAt, time.GetUtcNow(), options);
    }

    private AccessPolicy PolicyOf(OpenRequest request) =>
        policies.GetOrDeny(request.Route?.Metadata.GetMetadata<IAuthorizeData>()?.Policy ?? AccessPolicy.DenyName);
}
