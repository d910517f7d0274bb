namespace MfaGateway.Health;

/// <summary>Events 1100 to 1199.</summary>
internal static partial class Log
{
    [LoggerMessage(1100, LogLevel.Warning, "Not ready: the store does not persist")]
    public static partial void NotReady(ILogger logger, Exception fault);

    [LoggerMessage(1101, LogLevel.Warning, "What has expired could not be deleted; it is tried again in a minute")]
    public static partial void SweepFailed(ILogger logger, Exception fault);

    [LoggerMessage(1102, LogLevel.Critical, "{Detail} No code and no mailed link is taken until it is right. Set this machine's clock; if another gateway's ran ahead, set that one and run \"clock reset\"")]
    public static partial void ClockBehind(ILogger logger, string detail);

    [LoggerMessage(1103, LogLevel.Information, "The clock is right again; codes and links are taken")]
    public static partial void ClockRight(ILogger logger);

    [LoggerMessage(1104, LogLevel.Error, "Whether the {Part} is well could not be found out")]
    public static partial void CheckFailed(ILogger logger, string part, Exception fault);
}
