using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Throttling;

/// <summary>
/// The one path every check of a secret takes, in two commits: an attempt is reserved; then the answer counts, with all that follows from
/// it. The attempt is on disk before anything is compared, so neither parallel requests nor a crash give more tries than the limit.
/// </summary>
public sealed class FactorGuard(AttemptStore attempts, Transactions transactions, ClockGuard clock)
{
    /// <summary>The same where nothing follows in the same commit.</summary>
    public Task<GuardOutcome> CheckAsync(
        FactorAttempt attempt, Func<CancellationToken, Task<FactorVerdict>> verify, CancellationToken cancellationToken) =>
        CheckAsync(attempt, verify, follow: null, cancellationToken);

    /// <exception cref="ClockBehindException">The answer is only as good as the clock, which can't be relied on. Nothing stays counted.</exception>
    /// <param name="verify">Compares. It is not called when no attempt is left.</param>
    /// <param name="follow">
    /// Writes what follows from a right answer, in the commit that takes it. It may run more than once, and may undo the transaction: the
    /// answer is taken all the same.
    /// </param>
    public async Task<GuardOutcome> CheckAsync(
        FactorAttempt attempt, Func<CancellationToken, Task<FactorVerdict>> verify, Func<Transaction, Proof, Task>? follow,
        CancellationToken cancellationToken)
    {
        var behind = await clock.FindBehindAsync(attempt.Now, cancellationToken);

        // What these refuse is not recorded: that they were closed is, and a flood must not fill the audit.
        var reservation = await attempts.TryReserveAsync(attempt.Plan, attempt.Now, cancellationToken);
        if (reservation.First is AttemptReservation.Refused shut)
            return new GuardOutcome.Limited(shut.Bucket.Kind, shut.RetryAt);

        var countedFirst = ((AttemptReservation.Granted)reservation.First).Counted;
        if (reservation.Then is AttemptReservation.Refused refused)
            return await LimitAsync(attempt, countedFirst, refused);

        var granted = new Reserved(attempt, countedFirst, ((AttemptReservation.Granted)reservation.Then!).Counted);
        if (behind is null || !attempt.RestsOnClock)
            return await CheckAsync(granted, verify, follow);

        // Nothing is compared, so nothing was a guess.
        await attempts.ReleaseAttemptAsync([.. granted.First, .. granted.Counted], [], attempt.Now, CancellationToken.None);
        throw new ClockBehindException(ClockGuard.Describe(behind.Value));
    }

    private async Task<GuardOutcome> CheckAsync(
        Reserved granted, Func<CancellationToken, Task<FactorVerdict>> verify, Func<Transaction, Proof, Task>? follow)
    {
        // Counted: a client that hangs up now can't have the answer checked and leave no trace of it.
        var verdict = await VerifyAsync(granted, verify);
        var attempt = granted.Attempt;
        var proof = new Proof(attempt.Factor, attempt.Now) { ByMail = verdict.ByMail };
        if (verdict.Result == FactorResult.Right)
            verdict = await TakeAsync(granted, verdict, follow is null ? null : transaction => follow(transaction, proof));
        if (verdict.Result == FactorResult.Right)
            return new GuardOutcome.Passed(proof);

        await RecordAsync(attempt, granted.First, Describe(verdict.Result));
        return new GuardOutcome.Failed(verdict, granted.Counted) { CountedFirst = granted.First };
    }

    private async Task<FactorVerdict> VerifyAsync(Reserved granted, Func<CancellationToken, Task<FactorVerdict>> verify)
    {
        try
        {
            return await verify(CancellationToken.None);
        }
        catch (Exception exception) when (exception is PasswordHashingBusyException or PasswordHashingAbandonedException)
        {
            // Nothing was compared, and neither a flood of others nor the reload of a slow page must use up the person's tries. What
            // was counted first, of the address, stays counted: neither being turned away nor hanging up is free of charge.
            await attempts.ReleaseAttemptAsync(granted.Counted, [], granted.Attempt.Now, CancellationToken.None);
            throw;
        }
    }

    /// <summary>What was right is used up, recorded and taken back, in one commit with what follows from it.</summary>
    private async Task<FactorVerdict> TakeAsync(Reserved granted, FactorVerdict right, Func<Transaction, Task>? follow)
    {
        var (attempt, verdict) = (granted.Attempt, right);
        await transactions.TakeAsync(
            async transaction =>
            {
                // The account first, as everywhere.
                if (attempt.AccountId is { } accountId)
                    await transaction.HoldAccountAsync(accountId);
                transaction.Keep(attempt.Passed);
                verdict = right.Take is null ? right : await right.Take(transaction);
                return verdict.Result == FactorResult.Right;
            },
            follow,
            transaction => AttemptStore.ReleaseAsync(transaction, granted.ToTakeBack, attempt.Plan.Empties, attempt.Now));
        return verdict;
    }

    private async Task<GuardOutcome> LimitAsync(FactorAttempt attempt, IReadOnlyList<CountedAttempt> first, AttemptReservation.Refused refused)
    {
        await RecordAsync(attempt, first, "no attempt left");
        return new GuardOutcome.Limited(refused.Bucket.Kind, refused.RetryAt) { CountedFirst = first };
    }

    // Whose account it is, is known; that it was the person, only of a right answer.
    private Task RecordAsync(FactorAttempt attempt, IReadOnlyList<CountedAttempt> first, string refused) => transactions.WriteAsync(
        transaction =>
        {
            transaction.Keep(attempt.Passed with { Actor = null, Succeeded = false, Detail = $"{attempt.Name}: {refused}" });
            if (first.Any(one => one.State.Closed && one.Bucket.Kind == AttemptLimit.Address))
                transaction.Keep(new AuditEntry(attempt.Now, AuditEvents.AddressClosed, AccountId: null, Actor.Gateway.Name, attempt.ClientAddress, Succeeded: false, Detail: null));
            return Task.CompletedTask;
        },
        CancellationToken.None);

    private static string Describe(FactorResult result) => result switch
    {
        FactorResult.AlreadyUsed => "already used",
        FactorResult.TooOld => "too old",
        _ => "wrong",
    };

    /// <summary>An answer whose attempt is on disk, as its buckets have counted it.</summary>
    private sealed record Reserved(FactorAttempt Attempt, IReadOnlyList<CountedAttempt> First, IReadOnlyList<CountedAttempt> Counted)
    {
        /// <summary>From each bucket what its part has counted: the attempts on the way to the right answer.</summary>
        public IReadOnlyList<CountedAttempt> ToTakeBack => [.. First, .. Counted.Select(OwnOf)];

        private CountedAttempt OwnOf(CountedAttempt one) =>
            Counted.FirstOrDefault(part => part.Bucket.PartOf == one.Bucket.Key) is { } part ? one with { Own = part.State.Attempts } : one;
    }
}

/// <summary>One answer that is about to be checked.</summary>
/// <param name="AccountId">Whose it is, or null where it is no account's.</param>
/// <param name="Plan">Where it counts; see <see cref="AttemptLimits"/>.</param>
/// <param name="Now">The one clock reading of the answer.</param>
public sealed record FactorAttempt(
    FactorKind Factor, string? AccountId, AttemptPlan Plan, DateTimeOffset Now, string? ClientAddress)
{
    /// <summary>What the audit calls it, where that is not the factor.</summary>
    public string Name { get; init; } = Factor.ToString();

    /// <summary>What is recorded of a right answer.</summary>
    public AuditEntry Passed => new(Now, AuditEvents.FactorChecked, AccountId, AccountId, ClientAddress, Succeeded: true, Name);

    /// <summary>Whether it is good for a time alone, so that with the clock set back one of before would pass again.</summary>
    public bool RestsOnClock { get; init; } = Factor is FactorKind.Totp or FactorKind.MagicCode;
}
