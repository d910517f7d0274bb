namespace MfaGateway.Core.Mail;

/// <summary>When a mail that could not be delivered is tried again.</summary>
public static class DeliverySchedule
{
    // Some two days in all: a fault of a Friday evening is mended by somebody on Monday morning at the latest.
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(16),
        TimeSpan.FromHours(16), TimeSpan.FromHours(16),
    ];

    /// <summary>How many attempts there are before a mail is given up.</summary>
    public static int MostAttempts => Waits.Length + 1;

    /// <param name="attempt">The one that has just failed; 1 for the first.</param>
    /// <returns>How long to wait; null where there is no attempt left.</returns>
    public static TimeSpan? WaitAfter(int attempt) => attempt <= Waits.Length ? Waits[attempt - 1] : null;
}
