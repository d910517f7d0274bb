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
        var reservation = attempt.Buckets.Count == 0
            ? new AttemptReservation.Granted(int.MaxValue)
            : await attempts.TryReserveAttemptAsync(attempt.Buckets, attempt.Now, cancellationToken);

        if (reservation is not AttemptReservation.Granted granted)
        {
            var refused = (AttemptReservation.Refused)reservation;
            await RecordAsync(attempt, succeeded: false, "no attempt left");
            return new GuardOutcome.Limited(refused.RetryAt);
        }

        // Counted: whoever hangs up now can't have the answer checked and leave no trace of it.
        var verdict = await verify(CancellationToken.None);
        if (verdict == FactorVerdict.Right && attempt.Buckets.Count > 0)
            await attempts.ReleaseAttemptAsync([.. attempt.Buckets.Select(bucket => bucket.Key)], CancellationToken.None);

        await RecordAsync(attempt, verdict == FactorVerdict.Right, Describe(verdict));
        return verdict == FactorVerdict.Right
            ? new GuardOutcome.Passed(new Proof(attempt.Factor, attempt.Now))
            : new GuardOutcome.Failed(verdict, granted.Remaining);
    }

    private Task RecordAsync(FactorAttempt attempt, bool succeeded, string? detail)
    {
        var what = detail is null ? attempt.Name : $"{attempt.Name}: {detail}";
        return audit.AppendAsync(
            new(attempt.Now, AuditEvents.FactorChecked, attempt.AccountId, attempt.AccountId, attempt.ClientAddress, succeeded, what),
            CancellationToken.None);
    }

    private static string? Describe(FactorVerdict verdict) => verdict switch
    {
        FactorVerdict.Right => null,
        FactorVerdict.AlreadyUsed => "already used",
        _ => "wrong",
    };
}

/// <summary>One answer that is about to be checked.</summary>
/// <param name="AccountId">Whose it is, or null for nobody.</param>
/// <param name="Buckets">Where it counts; see <see cref="AttemptLimits"/>.</param>
/// <param name="Now">The one clock reading of the answer.</param>
public sealed record FactorAttempt(
    FactorKind Factor, string? AccountId, IReadOnlyList<AttemptBucket> Buckets, DateTimeOffset Now, string? ClientAddress)
{
    /// <summary>What the audit calls it, where that is not the factor.</summary>
    public string Name { get; init; } = Factor.ToString();
}

public enum FactorVerdict
{
    Wrong,
    Right,

    /// <summary>It was right once, and is spent. Counts as wrong.</summary>
    AlreadyUsed,
}

/// <summary>What came of a guarded check.</summary>
public abstract record GuardOutcome
{
    private GuardOutcome()
    {
    }

    public sealed record Passed(Proof Proof) : GuardOutcome;

    /// <param name="Remaining">Attempts left before the narrowest limit closes.</param>
    public sealed record Failed(FactorVerdict Verdict, int Remaining) : GuardOutcome;

    /// <param name="RetryAt">When an attempt is granted again.</param>
    public sealed record Limited(DateTimeOffset RetryAt) : GuardOutcome;
}
