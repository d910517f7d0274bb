using Yarp.ReverseProxy.Forwarder;

namespace MfaGateway.Proxying;

/// <summary>Events 3000 to 3099.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Critical, "A request to {Cluster} was not sent: its identity statement could not be made")]
    public static partial void NotStated(ILogger logger, string cluster, Exception? failure);

    [LoggerMessage(3001, LogLevel.Warning, "Account {Subject} has {Count} groups, more than fit into {Limit} bytes; {Cluster} is told the first of them")]
    public static partial void GroupsCut(ILogger logger, string subject, int count, string cluster, int limit);

    [LoggerMessage(3002, LogLevel.Information, "Signing key {Kid} (generation {Generation}) was made; it signs from {ActivatesAt:u}")]
    public static partial void KeyMade(ILogger logger, string kid, long generation, DateTimeOffset activatesAt);

    [LoggerMessage(3003, LogLevel.Information, "Signing keys up to generation {Generation} serve no more and were deleted")]
    public static partial void KeysDeleted(ILogger logger, long generation);

    [LoggerMessage(3004, LogLevel.Error, "The signing keys could not be read anew; those read before stay in use")]
    public static partial void RefreshFailed(ILogger logger, Exception failure);

    [LoggerMessage(3005, LogLevel.Warning, "Request {RequestId} was not forwarded to its end, to {Cluster} at {Destination}: {Error}, {Reason}")]
    public static partial void NotForwarded(ILogger logger, string requestId, string cluster, string destination, ForwarderError error, string reason);

    [LoggerMessage(3006, LogLevel.Debug, "The client of request {RequestId} left before its end, to {Cluster} at {Destination}: {Error}, {Reason}")]
    public static partial void Left(ILogger logger, string requestId, string cluster, string destination, ForwarderError error, string reason);

    [LoggerMessage(3007, LogLevel.Warning, "Request {RequestId}: {Cluster} asks for NTLM or Negotiate, which authenticates a connection that others use too, so it was answered with 502. Set {Key} to true to give each session connections of its own")]
    public static partial void ConnectionAuthentication(ILogger logger, string requestId, string cluster, string key);

    [LoggerMessage(3008, LogLevel.Warning, "Request {RequestId}: {Cluster} asks for NTLM or Negotiate, and there is no session to keep the connection for, so it was answered with 502. Use a policy other than Anonymous on this route")]
    public static partial void StrangersConnection(ILogger logger, string requestId, string cluster);

    [LoggerMessage(3009, LogLevel.Warning, "Whether the sessions of kept upstream connections have ended could not be asked; the next round follows in a second")]
    public static partial void ConnectionsNotReviewed(ILogger logger, Exception exception);
}
