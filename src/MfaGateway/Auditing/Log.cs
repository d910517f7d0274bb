namespace MfaGateway.Auditing;

/// <summary>Events 1700 to 1799.</summary>
internal static partial class Log
{
    [LoggerMessage(1700, LogLevel.Critical, "The audit log was changed from outside. {Fault} \"audit verify\" tells more. Keep a copy of the store. "
        + "If an older backup was put back on purpose, delete {MarkFile}")]
    public static partial void Changed(ILogger logger, string fault, string markFile);

    [LoggerMessage(1701, LogLevel.Error, "Old audit entries were not deleted, since one of them does not verify. {Fault}")]
    public static partial void NotTrimmed(ILogger logger, string fault);

    [LoggerMessage(1702, LogLevel.Warning, "The audit log could not be looked after; it is tried again in a minute")]
    public static partial void KeepingFailed(ILogger logger, Exception fault);
}
