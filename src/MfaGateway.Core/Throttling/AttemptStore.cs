using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Throttling;

/// <summary>Counts attempts.</summary>
public sealed class AttemptStore(Transactions transactions) : IAttemptStore
{
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

    public Task ReleaseAttemptAsync(
        IReadOnlyList<CountedAttempt> counted, IReadOnlyList<string> emptied, DateTimeOffset now, CancellationToken cancellationToken) =>
        ReleaseAttemptAsync(counted, emptied, entry: null, now, cancellationToken);

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

    /// <summary>Counts one attempt in each bucket. Where one of them has none left the caller undoes the transaction.</summary>
    internal static async Task<AttemptReservation> ReserveAsync(
        Transaction transaction, IReadOnlyList<AttemptBucket> buckets, DateTimeOffset now)
    {
        var counted = new List<CountedAttempt>(buckets.Count);
        AttemptReservation.Refused? refused = null;
        foreach (var bucket in InOrder(buckets))
        {
            var state = await transaction.Attempts.HoldAsync(bucket);
            if (bucket.PartOf is not null && counted.Find(one => one.Bucket.Key == bucket.PartOf) is { } whole)
                state = AttemptRules.Within(whole.State, state, bucket, now);
            if (AttemptRules.TryCount(state, bucket, now) is { } next)
            {
                await SaveAsync(transaction, bucket, next);
                counted.Add(new(bucket, next));
            }
            else
            {
                refused = LaterOf(refused, new(bucket, UntilOf(state)));
            }
        }

        return refused is null ? new AttemptReservation.Granted(counted) : refused;
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

    internal static async Task EmptyAsync(Transaction transaction, IReadOnlyList<string> keys)
    {
        foreach (var key in keys.Order(StringComparer.Ordinal))
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
