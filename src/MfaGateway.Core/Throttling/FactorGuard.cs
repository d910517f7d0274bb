using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Throttling;

/// <summary>
/// The one path every check of a secret takes: reserve an attempt, verify, record, audit. The attempt is on disk
/// before anything is compared, so neither parallel requests nor a crash give more tries than the limit.
/// </summary>
public sealed class FactorGuard(AttemptStore attempts, AuditStore audit, ClockGuard clock)
{
    /// <exception cref="ClockBehindException">The answer is only as good as the clock, which can't be relied on. Nothing stays counted.</exception>
    /// <param name="verify">Compares, and spends what may be used once. It is not called when no attempt is left.</param>
    public async Task<GuardOutcome> CheckAsync(
        FactorAttempt attempt, Func<CancellationToken, Task<FactorVerdict>> verify, CancellationToken cancellationToken)
    {
        var behind = await clock.ObserveAsync(attempt.Now, cancellationToken);

        // What these refuse is not recorded: that they were closed is, and a flood must not fill the audit.
        var reservation = await attempts.TryReserveAsync(attempt.Plan, attempt.Now, cancellationToken);
        if (reservation.First is AttemptReservation.Refused shut)
            return new GuardOutcome.Limited(shut.Bucket.Kind, shut.RetryAt);

        var countedFirst = ((AttemptReservation.Granted)reservation.First).Counted;
        if (reservation.Then is AttemptReservation.Refused refused)
            return await LimitAsync(attempt, countedFirst, refused);

        var counted = ((AttemptReservation.Granted)reservation.Then!).Counted;
        if (behind is null || !attempt.RestsOnClock)
            return await CheckAsync(attempt, countedFirst, counted, verify);

        // Nothing is compared, so nothing was a guess.
        await attempts.ReleaseAttemptAsync([.. countedFirst, .. counted], [], attempt.Now, CancellationToken.None);
        throw new ClockBehindException(ClockGuard.Describe(behind.Value));
    }

    private async Task<GuardOutcome> CheckAsync(
        FactorAttempt attempt, IReadOnlyList<CountedAttempt> first, IReadOnlyList<CountedAttempt> counted,
        Func<CancellationToken, Task<FactorVerdict>> verify)
    {
        // Counted: whoever hangs up now can't have the answer checked and leave no trace of it.
        var verdict = await VerifyAsync(attempt, counted, verify);
        var isRight = verdict.Result == FactorResult.Right;
        if (isRight)
        {
            await TakeBackAsync(attempt, first, counted, verdict.IsRecorded ? null : attempt.Passed);
            return new GuardOutcome.Passed(new Proof(attempt.Factor, attempt.Now) { ByMail = verdict.ByMail });
        }

        await RecordAsync(attempt, first, Describe(verdict.Result));
        return new GuardOutcome.Failed(verdict, counted) { CountedFirst = first };
    }

    private async Task<FactorVerdict> VerifyAsync(
        FactorAttempt attempt, IReadOnlyList<CountedAttempt> counted, Func<CancellationToken, Task<FactorVerdict>> verify)
    {
        try
        {
            return await verify(CancellationToken.None);
        }
        catch (PasswordHashingBusyException)
        {
            // Nothing was compared, and a flood of others must not use up the person's tries. What was counted first stays
            // counted: being turned away is not free of charge.
            await attempts.ReleaseAttemptAsync(counted, [], attempt.Now, CancellationToken.None);
            throw;
        }
    }

    private async Task TakeBackAsync(FactorAttempt attempt, IReadOnlyList<CountedAttempt> first, IReadOnlyList<CountedAttempt> counted, AuditEntry? entry)
    {
        await attempts.ReleaseAttemptAsync(
            [.. first, .. counted.Select(OwnOf)], attempt.Plan.Empties, entry, attempt.Now, CancellationToken.None);

        CountedAttempt OwnOf(CountedAttempt one) =>
            counted.FirstOrDefault(part => part.Bucket.PartOf == one.Bucket.Key) is { } part ? one with { Own = part.State.Attempts } : one;
    }

    private async Task<GuardOutcome> LimitAsync(FactorAttempt attempt, IReadOnlyList<CountedAttempt> first, AttemptReservation.Refused refused)
    {
        await RecordAsync(attempt, first, "no attempt left");
        return new GuardOutcome.Limited(refused.Bucket.Kind, refused.RetryAt) { CountedFirst = first };
    }

    // Whose account it is, is known; that it was the person, only of a right answer.
    private Task RecordAsync(FactorAttempt attempt, IReadOnlyList<CountedAttempt> first, string refused)
    {
        var entry = attempt.Passed with { Actor = null, Succeeded = false, Detail = $"{attempt.Name}: {refused}" };
        var closed = first.Any(one => one.State.Closed && one.Bucket.Kind == AttemptLimit.Address)
            ? new AuditEntry(attempt.Now, AuditEvents.AddressClosed, AccountId: null, Actor.Gateway.Name, attempt.ClientAddress, Succeeded: false, Detail: null)
            : null;
        return audit.AppendAllAsync(closed is null ? [entry] : [entry, closed], CancellationToken.None);
    }

    private static string Describe(FactorResult result) => result switch
    {
        FactorResult.AlreadyUsed => "already used",
        FactorResult.TooOld => "too old",
        _ => "wrong",
    };
}

/// <summary>One answer that is about to be checked.</summary>
/// <param name="AccountId">Whose it is, or null for nobody.</param>
/// <param name="Plan">Where it counts; see <see cref="AttemptLimits"/>.</param>
/// <param name="Now">The one clock reading of the answer.</param>
public sealed record FactorAttempt(
    FactorKind Factor, string? AccountId, AttemptPlan Plan, DateTimeOffset Now, string? ClientAddress)
{
    /// <summary>What the audit calls it, where that is not the factor.</summary>
    public string Name { get; init; } = Factor.ToString();

    /// <summary>
    /// What is recorded of a right answer. Who spends something for it keeps this in that transaction and says so by
    /// <see cref="FactorVerdict.IsRecorded"/>.
    /// </summary>
    public AuditEntry Passed => new(Now, AuditEvents.FactorChecked, AccountId, AccountId, ClientAddress, Succeeded: true, Name);

    /// <summary>Whether it is good for a time alone, so that with the clock set back one of before would pass again.</summary>
    public bool RestsOnClock { get; init; } = Factor is FactorKind.Totp or FactorKind.MagicCode;
}
