namespace MfaGateway.Commands.Remote;

/// <summary>Events 1900 to 1999.</summary>
internal static partial class Log
{
    [LoggerMessage(1900, LogLevel.Warning, "A process of another user tried to have a command carried out; it was refused.")]
    public static partial void CommandRefused(ILogger logger);

    [LoggerMessage(1901, LogLevel.Error, "A command that another process has sent failed.")]
    public static partial void CommandFailed(ILogger logger, Exception fault);

    [LoggerMessage(1902, LogLevel.Warning, "{Reason} Until then commands open the store themselves.")]
    public static partial void NoSocket(ILogger logger, string reason);

    [LoggerMessage(1903, LogLevel.Error, "No command could be taken from the socket; the gateway tries again.")]
    public static partial void NothingAccepted(ILogger logger, Exception fault);
}
