namespace MfaGateway.Hardening;

/// <summary>Events 1000 to 1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Error, "The store can't be used (request {RequestId}); no one can sign in until it can")]
    public static partial void StoreUnavailable(ILogger logger, string requestId, Exception fault);

    [LoggerMessage(1001, LogLevel.Error, "Request {RequestId} failed")]
    public static partial void Unexpected(ILogger logger, string requestId, Exception fault);

    [LoggerMessage(1005, LogLevel.Error, "Request {RequestId} was not answered: {Detail}")]
    public static partial void ClockBehind(ILogger logger, string requestId, string detail);

    [LoggerMessage(1002, LogLevel.Warning, "The .NET runtime {Version} has a known hole (CVE-2026-70183); update it to {Patched} or later")]
    public static partial void RuntimeUnpatched(ILogger logger, Version version, Version patched);

    [LoggerMessage(1003, LogLevel.Warning, "MfaGateway:MagicCode:LifetimeMinutes is {Minutes}; NIST SP 800-63B-4 section 3.1.3.2 lets a code that is sent live 10 minutes at most")]
    public static partial void CodesLiveLong(ILogger logger, int minutes);

    [LoggerMessage(1004, LogLevel.Warning, "No one can reset a password by mail: the policy {Policy} takes a mailed code after the password, and one mailbox would be both. Set MfaGateway:Passwords:ResetByMail to false to say so yourself")]
    public static partial void ResetIsOff(ILogger logger, string policy);
}
