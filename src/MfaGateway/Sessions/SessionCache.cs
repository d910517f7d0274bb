using System.Collections.Concurrent;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;

namespace MfaGateway.Sessions;

/// <summary>
/// Sessions that are in use, ready made, in front of the store. What is in here and not outdated is as the store had it at
/// the change watch's latest reading; whatever leaves is outdated first, so that who still holds it can tell.
/// </summary>
public sealed class SessionCache
{
    /// <summary>Bounds the memory: above it everything is forgotten and read again, some 5 KiB a session.</summary>
    private const int MostEntries = 20_000;

    private readonly SessionStore _sessions;
    private readonly AccountStore _accounts;
    private readonly AccountFactorsReader _factors;
    private readonly ChangeWatch _watch;
    private readonly ConcurrentDictionary<SessionKey, LiveSession> _entries = new();
    private readonly Lock _gate = new();
    private int _changes;

    public SessionCache(SessionStore sessions, AccountStore accounts, AccountFactorsReader factors, ChangeWatch watch)
    {
        _sessions = sessions;
        _accounts = accounts;
        _factors = factors;
        _watch = watch;
        watch.Tell(Outdate);
    }

    /// <summary>The session of this cookie as the store knows it, or null. Does not look at its times.</summary>
    /// <exception cref="StoreUnavailableException">Nobody knows.</exception>
    public async ValueTask<LiveSession?> FindAsync(SessionKey key, CancellationToken cancellationToken)
    {
        await _watch.CatchUpAsync();
        return _entries.TryGetValue(key, out var known) && !known.IsOutdated ? known : await LoadAsync(key, known, cancellationToken);
    }

    /// <summary>The session as the store has it now.</summary>
    /// <exception cref="StoreUnavailableException">Nobody knows.</exception>
    public async Task<LiveSession?> ReadAgainAsync(SessionKey key, CancellationToken cancellationToken)
    {
        await _watch.CatchUpAsync();
        return await LoadAsync(key, _entries.GetValueOrDefault(key), cancellationToken);
    }

    private async Task<LiveSession?> LoadAsync(SessionKey key, LiveSession? known, CancellationToken cancellationToken)
    {
        var changes = Volatile.Read(ref _changes);
        if (await _sessions.FindAsync(key.ToHash(), cancellationToken) is not { } session
            || await _accounts.FindAsync(session.AccountId, cancellationToken) is not { Disabled: false } account)
        {
            Drop(key);
            return null;
        }

        var held = await _factors.ReadAsync(account.Id, flowId: null, cancellationToken);
        var live = new LiveSession(session, account, held.Enrolled);
        if (known is not null && known.LastSeenAt > live.LastSeenAt)
            live.See(known.LastSeenAt);

        Keep(key, live, changes);
        return live;
    }

    private void Keep(SessionKey key, LiveSession live, int changesBefore)
    {
        lock (_gate)
        {
            // What changed while it was being read may be missing in it: good for the request that began before, no further.
            if (changesBefore != _changes)
            {
                live.Outdate();
                return;
            }

            if (_entries.Count >= MostEntries)
                Clear();
            if (_entries.TryGetValue(key, out var before))
                before.Outdate();
            _entries[key] = live;
        }
    }

    private void Drop(SessionKey key)
    {
        lock (_gate)
        {
            if (_entries.TryRemove(key, out var gone))
                gone.Outdate();
        }
    }

    private void Clear()
    {
        foreach (var (_, live) in _entries)
            live.Outdate();
        _entries.Clear();
    }

    // They stay where they are: what is known of their use is carried on when they are read again.
    private void Outdate(AccountChanges changes)
    {
        lock (_gate)
        {
            _changes++;
            foreach (var (_, live) in _entries)
            {
                if (changes.Concern(live.Account.Id))
                    live.Outdate();
            }
        }
    }
}
