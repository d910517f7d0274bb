namespace MfaGateway.Commands.Remote;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A process of another user tried to have a command carried out; it was refused.")]
    public static partial void CommandRefused(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "A command that another process has sent failed.")]
    public static partial void CommandFailed(ILogger logger, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} Until then commands open the store themselves.")]
    public static partial void NoSocket(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "No command could be taken from the socket; the gateway tries again.")]
    public static partial void NothingAccepted(ILogger logger, Exception fault);
}
