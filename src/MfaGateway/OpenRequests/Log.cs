namespace MfaGateway.OpenRequests;

/// <summary>Events 3100 to 3199.</summary>
internal static partial class Log
{
    [LoggerMessage(3100, LogLevel.Information, "Cut open requests: {SessionOver} whose session has ended, {AccessOver} whose person no longer has access")]
    public static partial void Cut(ILogger logger, int sessionOver, int accessOver);

    [LoggerMessage(3101, LogLevel.Warning, "It is unknown whether open requests may continue; they are cut in {Seconds} s unless the store answers")]
    public static partial void InDoubt(ILogger logger, int seconds, Exception fault);

    [LoggerMessage(3102, LogLevel.Error, "Cut {Count} open requests: the store did not say whether they may go on")]
    public static partial void CutInDoubt(ILogger logger, int count);

    [LoggerMessage(3103, LogLevel.Warning, "Of some open requests it is unknown whether they may continue; it is tried again (the first fault follows)")]
    public static partial void NotJudged(ILogger logger, Exception fault);

    [LoggerMessage(3104, LogLevel.Error, "A round through the open requests failed; the next one follows")]
    public static partial void RoundFailed(ILogger logger, Exception fault);
}
