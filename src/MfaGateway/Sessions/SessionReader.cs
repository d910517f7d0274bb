using MfaGateway.Core.Sessions;

namespace MfaGateway.Sessions;

/// <summary>Who is signed in on this request. The only place that turns a cookie into a session.</summary>
public sealed class SessionReader(
    GatewayCookies cookies, SessionCache cache, SessionStore store, GatewaySessionOptions options, TimeProvider time)
{
    /// <summary>How much of a session's use the store may not know of.</summary>
    public static readonly TimeSpan WriteLastSeenEvery = TimeSpan.FromMinutes(1);

    /// <summary>The live session of the request's cookie, noted as seen; null when there is none.</summary>
    /// <exception cref="Core.Storage.StoreUnavailableException">Nobody knows; nobody is let in.</exception>
    public async ValueTask<LiveSession?> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<LiveSession>() is { } read)
            return read;

        if (!SessionKey.TryFrom(cookies.ReadSession(context), out var key))
            return null;

        var live = await cache.FindAsync(key, context.RequestAborted);
        var now = time.GetUtcNow();
        if (live is null)
            return null;

        // Idle as far as this process knows; the person may have been busy on another node.
        if (!SessionRules.IsLive(live.Session, live.LastSeenAt, now, options))
            live = await cache.ReadAgainAsync(key, context.RequestAborted);
        if (live is null || !SessionRules.IsLive(live.Session, live.LastSeenAt, now, options))
            return null;

        // Where this can't be written, nothing that ends the session can: it is not used on (fail closed).
        if (live.See(now, WriteLastSeenEvery))
            await live.WriteSeenAsync(store, now);

        context.Features.Set(live);
        context.Features.Set(live.Identity);
        return live;
    }
}
