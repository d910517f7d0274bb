namespace MfaGateway.Core.Mail;

/// <summary>Mails that failed, for whoever looks after the gateway. None of them shows what it says or where it goes.</summary>
public interface IFailedMails
{
    /// <summary>Those that failed and are tried again, and those given up; the latest kept first.</summary>
    /// <param name="most">How many at most.</param>
    Task<IReadOnlyList<FailedMail>> ListAsync(int most, CancellationToken cancellationToken);

    /// <summary>Whether one that failed waits for its next attempt, or one was given up since then.</summary>
    Task<bool> AnyAsync(DateTimeOffset givenUpSince, CancellationToken cancellationToken);

    /// <summary>Makes those due that failed and wait for their next attempt.</summary>
    /// <returns>How many.</returns>
    Task<int> RetryAllAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
