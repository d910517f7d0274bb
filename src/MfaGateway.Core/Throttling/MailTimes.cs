using MfaGateway.Core.Challenges;

namespace MfaGateway.Core.Throttling;

/// <summary>
/// When the first mail of a request may go out. What comes within the gap after another one waits for its end: the page has announced it.
/// The work is the same whether or not an account gets the mail.
/// </summary>
public sealed class MailTimes(AttemptStore attempts, AttemptLimits limits)
{
    /// <summary>For a mail of which the newest alone is of use: one that waits is replaced, and so there is never more than one.</summary>
    /// <returns>When it is due, at most a gap away; null where a limit is reached and it is not sent.</returns>
    public async Task<DateTimeOffset?> ReserveNewestAsync(MailOwner owner, ClientContext client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!await HasRoomAsync(owner, client, now, cancellationToken))
            return null;

        var gap = limits.ForMailGap(owner);
        while (await ReserveAsync(gap, now, cancellationToken) is { } opensAt)
        {
            // Closed for longer than a gap: one waits already, for the time at which this longer one begins.
            if (opensAt > now + gap.Window)
                return opensAt - gap.Window;
            if (await ReserveAsync(gap, opensAt, cancellationToken) is null)
                return opensAt;
        }

        return now;
    }

    /// <summary>For a mail that is of use beside others: each waits for its turn.</summary>
    /// <param name="latest">When it would come too late.</param>
    /// <returns>When it is due; null where a limit is reached, or its turn comes too late, and it is not sent.</returns>
    public async Task<DateTimeOffset?> ReserveAsync(
        MailOwner owner, ClientContext client, DateTimeOffset now, DateTimeOffset latest, CancellationToken cancellationToken)
    {
        if (!await HasRoomAsync(owner, client, now, cancellationToken))
            return null;

        var dueAt = now;
        while (await ReserveAsync(limits.ForMailGap(owner), dueAt, cancellationToken) is { } opensAt)
        {
            if (opensAt >= latest)
                return null;
            dueAt = opensAt;
        }

        return dueAt;
    }

    private async Task<bool> HasRoomAsync(MailOwner owner, ClientContext client, DateTimeOffset now, CancellationToken cancellationToken) =>
        await attempts.TryReserveAttemptAsync(limits.ForMail(owner, client).Buckets, now, cancellationToken) is AttemptReservation.Granted;

    /// <returns>Null when it was free at that time; else when it is.</returns>
    private async Task<DateTimeOffset?> ReserveAsync(AttemptBucket gap, DateTimeOffset at, CancellationToken cancellationToken) =>
        await attempts.TryReserveAttemptAsync([gap], at, cancellationToken) is AttemptReservation.Refused refused
            ? refused.RetryAt ?? throw new InvalidOperationException("A gap ends.")
            : null;
}
