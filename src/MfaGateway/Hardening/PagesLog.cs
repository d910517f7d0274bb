namespace MfaGateway.Hardening;

/// <summary>Events 1200 to 1299.</summary>
internal static partial class PagesLog
{
    [LoggerMessage(1200, LogLevel.Information, "Showed the error page {RequestId}: status {Status}")]
    public static partial void Shown(ILogger logger, string requestId, int status);

    [LoggerMessage(1201, LogLevel.Error, "The error page {RequestId} could not be rendered")]
    public static partial void NotRendered(ILogger logger, string requestId, Exception fault);
}
