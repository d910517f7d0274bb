namespace MfaGateway.Hardening;

/// <summary>Events 1000 to 1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Error, "The store can't be used (request {RequestId}); nobody is let in until it can")]
    public static partial void StoreUnavailable(ILogger logger, string requestId, Exception fault);

    [LoggerMessage(1001, LogLevel.Error, "Request {RequestId} failed")]
    public static partial void Unexpected(ILogger logger, string requestId, Exception fault);

    [LoggerMessage(1002, LogLevel.Warning, "The .NET runtime {Version} has a known hole (CVE-2026-70183); update it to {Patched} or later")]
    public static partial void RuntimeUnpatched(ILogger logger, Version version, Version patched);
}
