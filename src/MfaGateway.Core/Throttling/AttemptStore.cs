using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Throttling;

/// <summary>Counts attempts.</summary>
public sealed class AttemptStore(Transactions transactions)
{
    /// <summary>
    /// Counts one attempt in every bucket, or in none if any of them is closed, by <see cref="AttemptRules"/>; one
    /// transaction, on disk before it answers.
    /// </summary>
    public Task<AttemptReservation> TryReserveAttemptAsync(
        IReadOnlyList<AttemptBucket> buckets, DateTimeOffset now, CancellationToken cancellationToken) =>
        buckets.Count == 0
            ? Task.FromResult<AttemptReservation>(new AttemptReservation.Granted([]))
            : transactions.WriteAsync(
                async transaction =>
                {
                    var reservation = await ReserveAsync(transaction, buckets, now);
                    if (reservation is AttemptReservation.Refused)
                        transaction.Undo();
                    return reservation;
                },
                cancellationToken);

    /// <summary>
    /// Counts an answer: in the buckets that are counted first, whether or not the others do; then in all of the others or in none. The time
    /// of an answer that is counted is noted with it (<see cref="ClockStore"/>). On disk before it returns.
    /// </summary>
    public Task<PlanReservation> TryReserveAsync(AttemptPlan plan, DateTimeOffset now, CancellationToken cancellationToken) =>
        plan.CountedFirst.Count + plan.Buckets.Count == 0
            ? Task.FromResult(new PlanReservation(new AttemptReservation.Granted([]), new AttemptReservation.Granted([])))
            : transactions.WriteAsync(transaction => ReserveAsync(transaction, plan, now), cancellationToken);

    /// <summary>Takes attempts back from buckets that counted them, and empties others: the answer was right.</summary>
    /// <param name="counted">From a reservation; <see cref="CountedAttempt.Own"/> says how many of each, never below zero.</param>
    /// <param name="emptied">Keys of buckets to forget.</param>
    public Task ReleaseAttemptAsync(
        IReadOnlyList<CountedAttempt> counted, IReadOnlyList<string> emptied, DateTimeOffset now, CancellationToken cancellationToken) =>
        ReleaseAttemptAsync(counted, emptied, entry: null, now, cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    public Task ReleaseAttemptAsync(
        IReadOnlyList<CountedAttempt> counted, IReadOnlyList<string> emptied, AuditEntry? entry, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                await ReleaseAsync(transaction, counted, emptied, now);
                transaction.Keep(entry);
            },
            cancellationToken);

    /// <summary>The buckets of an account that are closed now, the latest to open first.</summary>
    public Task<IReadOnlyList<AccountLock>> FindLocksAsync(string accountId, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync<IReadOnlyList<AccountLock>>(
            async records =>
            [
                .. (await records.Attempts.ListAsync(accountId))
                    .Where(kept => kept.State.Closed && kept.State.WindowEndsAt > now)
                    .OrderByDescending(kept => kept.State.WindowEndsAt)
                    .ThenBy(kept => kept.Key, StringComparer.Ordinal)
                    .Select(kept => new AccountLock(kept.Limit, UntilOf(kept.State))
                    {
                        Factor = AttemptLimits.FindSuspended(accountId, kept.Key),
                    }),
            ],
            cancellationToken);

    /// <summary>Counts one attempt in each bucket, or in none: then the caller undoes the transaction.</summary>
    internal static async Task<AttemptReservation> ReserveAsync(
        Transaction transaction, IReadOnlyList<AttemptBucket> buckets, DateTimeOffset now)
    {
        var reservation = Count(await HoldAsync(transaction, buckets), buckets, now);
        if (reservation is AttemptReservation.Granted granted)
            await SaveAsync(transaction, granted.Counted);
        return reservation;
    }

    private static async Task<PlanReservation> ReserveAsync(Transaction transaction, AttemptPlan plan, DateTimeOffset now)
    {
        var held = await HoldAsync(transaction, [.. plan.CountedFirst, .. plan.Buckets]);
        var first = Count(held, plan.CountedFirst, now);
        if (first is not AttemptReservation.Granted grantedFirst)
        {
            transaction.Undo();
            return new PlanReservation(first, Then: null);
        }

        var then = Count(held, plan.Buckets, now);
        if (then is AttemptReservation.Granted granted)
            await SaveAsync(transaction, [.. grantedFirst.Counted, .. granted.Counted]);
        else
            await SaveAsync(transaction, grantedFirst.Counted);
        await ClockStore.RaiseAsync(transaction, now);
        return new PlanReservation(first, then);
    }

    /// <summary>Holds the buckets, in the one order in which every transaction takes them, so that no two wait for each other.</summary>
    private static async Task<Dictionary<string, AttemptState>> HoldAsync(Transaction transaction, IReadOnlyList<AttemptBucket> buckets)
    {
        var held = new Dictionary<string, AttemptState>(StringComparer.Ordinal);
        foreach (var bucket in buckets.OrderBy(bucket => bucket.Key, StringComparer.Ordinal).ThenBy(bucket => bucket.Limit))
        {
            if (!held.ContainsKey(bucket.Key))
                held.Add(bucket.Key, await transaction.Attempts.HoldAsync(bucket));
        }

        return held;
    }

    private static AttemptReservation Count(Dictionary<string, AttemptState> held, IReadOnlyList<AttemptBucket> buckets, DateTimeOffset now)
    {
        var counted = new List<CountedAttempt>(buckets.Count);
        AttemptReservation.Refused? refused = null;
        foreach (var bucket in InOrder(buckets))
        {
            var state = held[bucket.Key];
            if (bucket.PartOf is not null && counted.Find(one => one.Bucket.Key == bucket.PartOf) is { } whole)
                state = AttemptRules.Within(whole.State, state, bucket, now);
            if (AttemptRules.TryCount(state, bucket, now) is { } next)
                counted.Add(new(bucket, next));
            else
                refused = LaterOf(refused, new(bucket, UntilOf(state)));
        }

        return refused is null ? new AttemptReservation.Granted(counted) : refused;
    }

    private static async Task SaveAsync(Transaction transaction, IReadOnlyList<CountedAttempt> counted)
    {
        foreach (var one in counted)
            await SaveAsync(transaction, one.Bucket, one.State);
    }

    /// <summary>Takes attempts back, and empties buckets.</summary>
    internal static async Task ReleaseAsync(
        Transaction transaction, IReadOnlyList<CountedAttempt> counted, IReadOnlyList<string> emptied, DateTimeOffset now)
    {
        // One order for both kinds, so that no two transactions wait for each other.
        foreach (var key in counted.Select(one => one.Bucket.Key).Concat(emptied).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (emptied.Contains(key, StringComparer.Ordinal))
                await transaction.Attempts.DeleteAsync(key);
            else
                await ReleaseAsync(transaction, counted.First(one => one.Bucket.Key == key), now);
        }
    }

    /// <summary>Empties every bucket of an account.</summary>
    internal static async Task EmptyAllAsync(Transaction transaction, string accountId) =>
        await EmptyAsync(transaction, [.. (await transaction.Attempts.ListAsync(accountId)).Select(kept => kept.Key)]);

    /// <summary>
    /// Forgets every bucket of an account that is deleted, those included that do not name it because an unlock leaves them: they
    /// close nothing.
    /// </summary>
    internal static async Task ForgetAllAsync(Transaction transaction, string accountId, IEnumerable<string> browserIds) =>
        await EmptyAsync(
            transaction,
            [
                .. (await transaction.Attempts.ListAsync(accountId)).Select(kept => kept.Key),
                .. await transaction.Attempts.ListKeysAsync(AttemptLimits.PrefixOf(accountId)),
                .. browserIds.Select(AttemptLimits.MailGapKeyOf),
            ]);

    internal static async Task EmptyAsync(Transaction transaction, IReadOnlyList<string> keys)
    {
        foreach (var key in keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            await transaction.Attempts.DeleteAsync(key);
    }

    /// <summary>Every transaction takes its buckets in the same order, so that no two wait for each other.</summary>
    private static IEnumerable<AttemptBucket> InOrder(IReadOnlyList<AttemptBucket> buckets) =>
        buckets.OrderBy(bucket => bucket.Key, StringComparer.Ordinal).ThenBy(bucket => bucket.Limit).DistinctBy(bucket => bucket.Key);

    private static Task SaveAsync(Transaction transaction, AttemptBucket bucket, AttemptState state) =>
        transaction.Attempts.SaveAsync(bucket, state, AttemptRules.ForgetAt(state, bucket));

    private static async Task ReleaseAsync(Transaction transaction, CountedAttempt counted, DateTimeOffset now)
    {
        // One that is gone since is not made again.
        if (await transaction.Attempts.FindHeldAsync(counted.Bucket.Key) is { } state)
            await SaveAsync(transaction, counted.Bucket, AttemptRules.Release(state, counted.Bucket, counted.State.Window, counted.Own, now));
    }

    /// <returns>Null for what does not open by itself.</returns>
    private static DateTimeOffset? UntilOf(AttemptState state) => state.WindowEndsAt == AttemptState.Never ? null : state.WindowEndsAt;

    /// <summary>Of several closed buckets the one that opens last is what the caller has to wait for.</summary>
    private static AttemptReservation.Refused LaterOf(AttemptReservation.Refused? one, AttemptReservation.Refused other) =>
        one is not null && (one.RetryAt ?? AttemptState.Never) >= (other.RetryAt ?? AttemptState.Never) ? one : other;
}
