namespace MfaGateway.Core.Sessions;

/// <summary>When a session is over. Pure.</summary>
public static class SessionRules
{
    /// <param name="lastSeenAt">The latest use known to the caller, which may be newer than the stored one.</param>
    public static bool IsLive(GatewaySession session, DateTimeOffset lastSeenAt, DateTimeOffset now, GatewaySessionOptions options) =>
        now < session.ExpiresAt && now - lastSeenAt < options.IdleTimeout;
}
