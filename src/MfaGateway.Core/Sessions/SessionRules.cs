using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Sessions;

/// <summary>When a session has expired. Pure. One that was last seen in the future is not live: the clock was set back, and its age says nothing.</summary>
public static class SessionRules
{
    /// <param name="lastSeenAt">The latest use known to the caller, which may be newer than the stored one.</param>
    public static bool IsLive(GatewaySession session, DateTimeOffset lastSeenAt, DateTimeOffset now, GatewaySessionOptions options) =>
        now < session.ExpiresAt && now - lastSeenAt < options.IdleTimeout && !ClockRules.IsAhead(lastSeenAt, now);
}
