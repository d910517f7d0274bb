namespace MfaGateway.Mail;

/// <summary>Events 1500 to 1599. They name accounts by id: an address is nobody's business who reads logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1500, LogLevel.Warning, "A mail ({Kind}) to account {AccountId} could not be delivered; it is tried again at {DueAt:u} and later")]
    public static partial void FirstAttemptFailed(ILogger logger, string kind, string accountId, DateTimeOffset dueAt, Exception fault);

    [LoggerMessage(1501, LogLevel.Debug, "Attempt {Attempt} to deliver a mail ({Kind}) to account {AccountId} failed; the next is at {DueAt:u}")]
    public static partial void AttemptFailed(ILogger logger, int attempt, string kind, string accountId, DateTimeOffset dueAt, Exception fault);

    [LoggerMessage(1502, LogLevel.Error, "A mail ({Kind}) to account {AccountId} was given up after {Attempts} attempts")]
    public static partial void GivenUp(ILogger logger, string kind, string accountId, int attempts, Exception fault);

    [LoggerMessage(1503, LogLevel.Warning, "A mail ({Kind}) to account {AccountId} took longer than its lease and may be delivered twice")]
    public static partial void LeaseOver(ILogger logger, string kind, string accountId);

    [LoggerMessage(1504, LogLevel.Error, "The mails that wait can't be read from the store; that is tried again every few seconds")]
    public static partial void OutboxUnavailable(ILogger logger, Exception fault);

    [LoggerMessage(1505, LogLevel.Warning, "{Count} mails were dropped: their codes and links ended before they could be delivered")]
    public static partial void Dropped(ILogger logger, int count);

    [LoggerMessage(1506, LogLevel.Warning, "Mails do not leave ({Reason}); the next is tried in {Rest}, and none is lost")]
    public static partial void WayOutDown(ILogger logger, string reason, TimeSpan rest);

    [LoggerMessage(1507, LogLevel.Information, "Mails leave again")]
    public static partial void WayOutBack(ILogger logger);
}
