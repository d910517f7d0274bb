using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors;

namespace MfaGateway.Core.Throttling;

/// <summary>
/// The one path every check of a secret takes: reserve an attempt, verify, record, audit. The attempt is on disk
/// before anything is compared, so neither parallel requests nor a crash give more tries than the limit.
/// </summary>
public sealed class FactorGuard(IAttemptStore attempts, IAuditStore audit)
{
    /// <param name="verify">Compares, and spends what may be used once. It is not called when no attempt is left.</param>
    public async Task<GuardOutcome> CheckAsync(
        FactorAttempt attempt, Func<CancellationToken, Task<FactorVerdict>> verify, CancellationToken cancellationToken)
    {
        var first = await attempts.TryReserveAttemptAsync(attempt.Plan.CountedFirst, attempt.Now, cancellationToken);
        var reservation = first is AttemptReservation.Granted
            ? await attempts.TryReserveAttemptAsync(attempt.Plan.Buckets, attempt.Now, cancellationToken)
            : first;

        if (reservation is AttemptReservation.Refused refused)
        {
            await RecordAsync(attempt, succeeded: false, "no attempt left");
            return new GuardOutcome.Limited(refused.Bucket.Kind, refused.RetryAt);
        }

        // Counted: whoever hangs up now can't have the answer checked and leave no trace of it.
        var verdict = await verify(CancellationToken.None);
        var counted = ((AttemptReservation.Granted)reservation).Counted;
        if (verdict.Result == FactorResult.Right)
            await TakeBackAsync(attempt, ((AttemptReservation.Granted)first).Counted, counted);

        await RecordAsync(attempt, verdict.Result == FactorResult.Right, Describe(verdict.Result));
        return verdict.Result == FactorResult.Right
            ? new GuardOutcome.Passed(new Proof(attempt.Factor, attempt.Now))
            : new GuardOutcome.Failed(verdict, counted);
    }

    private async Task TakeBackAsync(FactorAttempt attempt, IReadOnlyList<CountedAttempt> first, IReadOnlyList<CountedAttempt> counted)
    {
        var plan = attempt.Plan;
        var attemptsMade = plan.TakesBack is { } limit ? counted.First(one => one.Bucket.Kind == limit).State.Attempts : 1;
        await attempts.ReleaseAttemptAsync(counted, attemptsMade, plan.Empties, attempt.Now, CancellationToken.None);
        if (first.Count > 0)
            await attempts.ReleaseAttemptAsync(first, 1, [], attempt.Now, CancellationToken.None);
    }

    private Task RecordAsync(FactorAttempt attempt, bool succeeded, string? detail)
    {
        var what = detail is null ? attempt.Name : $"{attempt.Name}: {detail}";
        return audit.AppendAsync(
            new(attempt.Now, AuditEvents.FactorChecked, attempt.AccountId, attempt.AccountId, attempt.ClientAddress, succeeded, what),
            CancellationToken.None);
    }

    private static string? Describe(FactorResult result) => result switch
    {
        FactorResult.Right => null,
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
}
