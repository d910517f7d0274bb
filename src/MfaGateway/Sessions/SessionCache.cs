using System.Collections.Concurrent;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Sessions;

/// <summary>Sessions that are in use, ready made, in front of the store.</summary>
public sealed class SessionCache(ISessionStore sessions, IAccountStore accounts, ITotpStore totp, ChangeWatch watch)
{
    /// <summary>Bounds the memory: above it everything is forgotten and read again, some 5 KiB a session.</summary>
    private const int MostEntries = 20_000;

    private readonly ConcurrentDictionary<SessionKey, LiveSession> _entries = new();

    /// <summary>The session of this cookie as the store knows it, or null. Does not look at its times.</summary>
    public async ValueTask<LiveSession?> FindAsync(SessionKey key, CancellationToken cancellationToken)
    {
        var mark = await watch.GetMarkAsync();
        if (_entries.TryGetValue(key, out var known) && known.ChangeMark >= mark)
            return known;

        return await LoadAsync(key, known, mark, cancellationToken);
    }

    /// <summary>The session as the store has it now.</summary>
    public async Task<LiveSession?> ReadAgainAsync(SessionKey key, CancellationToken cancellationToken) =>
        await LoadAsync(key, _entries.GetValueOrDefault(key), await watch.GetMarkAsync(), cancellationToken);

    public void Forget(SessionKey key)
    {
        _entries.TryRemove(key, out _);
        watch.Invalidate();
    }

    private async Task<LiveSession?> LoadAsync(SessionKey key, LiveSession? known, long mark, CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(key.ToHash(), cancellationToken) is not { } session
            || await accounts.FindAsync(session.AccountId, cancellationToken) is not { Disabled: false } account)
        {
            _entries.TryRemove(key, out _);
            return null;
        }

        var authenticators = await totp.ListAsync(account.Id, cancellationToken);
        var live = new LiveSession(session, account, EnrolledFactors.Of(authenticators), mark);
        if (known is not null && known.LastSeenAt > live.LastSeenAt)
            live.See(known.LastSeenAt, TimeSpan.MaxValue);

        if (_entries.Count >= MostEntries)
            _entries.Clear();
        _entries[key] = live;
        return live;
    }
}
