using MfaGateway.Core.Auditing;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Storage.Sql;

public sealed class SqlAttemptStore : IAttemptStore
{
    private const string Returned =
        """
        RETURNING attempts AS Attempts, window_ends_at AS WindowEndsAt, closed AS Closed, cool_downs AS CoolDowns,
          window_number AS WindowNumber
        """;

    private readonly SqlDatabase _database;

    internal SqlAttemptStore(SqlDatabase database) => _database = database;

    public Task<AttemptReservation> TryReserveAttemptAsync(
        IReadOnlyList<AttemptBucket> buckets, DateTimeOffset now, CancellationToken cancellationToken) =>
        buckets.Count == 0
            ? Task.FromResult<AttemptReservation>(new AttemptReservation.Granted([]))
            : _database.WriteAsync(scope => ReserveAsync(scope, InOrder(buckets), now), cancellationToken);

    public Task ReleaseAttemptAsync(
        IReadOnlyList<CountedAttempt> counted, IReadOnlyList<string> emptied, DateTimeOffset now, CancellationToken cancellationToken) =>
        ReleaseAttemptAsync(counted, emptied, entry: null, now, cancellationToken);

    public Task ReleaseAttemptAsync(
        IReadOnlyList<CountedAttempt> counted, IReadOnlyList<string> emptied, AuditEntry? entry, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                // One order for both kinds of statement, so that no two transactions wait for each other.
                foreach (var key in counted.Select(one => one.Bucket.Key).Concat(emptied).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                {
                    if (emptied.Contains(key, StringComparer.Ordinal))
                        await scope.ExecuteAsync("DELETE FROM attempt_counts WHERE bucket_key = @Key", new { Key = key });
                    else
                        await ReleaseAsync(scope, counted.First(one => one.Bucket.Key == key), now);
                }

                await scope.RecordIfAnyAsync(entry);
                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<AccountLock>> FindLocksAsync(string accountId, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<AccountLock>>(
            async scope =>
            {
                var rows = await scope.ListAsync<LockRow>(
                    """
                    SELECT bucket_key AS BucketKey, attempt_limit AS AttemptLimit, window_ends_at AS WindowEndsAt FROM attempt_counts
                    WHERE account_id = @AccountId AND closed = 1 AND window_ends_at > @Now
                    ORDER BY window_ends_at DESC, bucket_key
                    """,
                    new { AccountId = accountId, Now = Columns.FromTime(now) });
                return [.. rows.Select(row => new AccountLock((AttemptLimit)row.AttemptLimit, UntilOf(Columns.ToTime(row.WindowEndsAt)))
                {
                    Factor = AttemptLimits.FindSuspended(accountId, row.BucketKey),
                })];
            },
            cancellationToken);

    /// <summary>Empties every bucket of an account, within somebody's transaction.</summary>
    internal static async Task EmptyAllOfAsync(SqlScope scope, string accountId)
    {
        // Not by one DELETE: it would take the rows in the order in which it meets them, and wait for a reservation that
        // waits for it. What is counted between the two statements was tried after the emptying.
        var keys = await scope.ListAsync<string>(
            "SELECT bucket_key FROM attempt_counts WHERE account_id = @AccountId", new { AccountId = accountId });
        await EmptyAsync(scope, keys);
    }

    /// <summary>
    /// Forgets every bucket of an account that is deleted, within somebody's transaction and before its known browsers go: those as
    /// well that an unlock leaves, since they close nothing.
    /// </summary>
    internal static async Task ForgetAllOfAsync(SqlScope scope, string accountId)
    {
        var prefix = AttemptLimits.PrefixOf(accountId);
        var keys = await scope.ListAsync<string>(
            "SELECT bucket_key FROM attempt_counts WHERE account_id = @AccountId OR SUBSTR(bucket_key, 1, @Length) = @Prefix",
            new { AccountId = accountId, Prefix = prefix, Length = prefix.Length });
        var browsers = await scope.ListAsync<string>("SELECT id FROM known_browsers WHERE account_id = @AccountId", new { AccountId = accountId });
        await EmptyAsync(scope, [.. keys, .. browsers.Select(AttemptLimits.MailGapKeyOf)]);
    }

    /// <summary>Empties these buckets, within somebody's transaction.</summary>
    internal static async Task EmptyAsync(SqlScope scope, IReadOnlyList<string> keys)
    {
        foreach (var key in keys.Order(StringComparer.Ordinal))
            await scope.ExecuteAsync("DELETE FROM attempt_counts WHERE bucket_key = @Key", new { Key = key });
    }

    /// <returns>Null for what does not open by itself.</returns>
    internal static DateTimeOffset? UntilOf(DateTimeOffset end) => end == AttemptState.Never ? null : end;

    /// <summary>Every transaction takes its buckets in the same order, so that no two wait for each other.</summary>
    private static IReadOnlyList<AttemptBucket> InOrder(IReadOnlyList<AttemptBucket> buckets) =>
        [.. buckets.OrderBy(bucket => bucket.Key, StringComparer.Ordinal).ThenBy(bucket => bucket.Limit).DistinctBy(bucket => bucket.Key)];

    private static async Task<AttemptReservation> ReserveAsync(SqlScope scope, IReadOnlyList<AttemptBucket> buckets, DateTimeOffset now)
    {
        var counted = new List<CountedAttempt>(buckets.Count);
        AttemptReservation.Refused? refused = null;
        foreach (var bucket in buckets)
        {
            var state = await HoldAsync(scope, bucket);
            if (bucket.PartOf is not null && counted.Find(one => one.Bucket.Key == bucket.PartOf) is { } whole)
                state = AttemptRules.Within(whole.State, state, bucket, now);
            if (AttemptRules.TryCount(state, bucket, now) is { } next)
            {
                await SaveAsync(scope, bucket, next);
                counted.Add(new(bucket, next));
            }
            else
            {
                refused = LaterOf(refused, new(bucket, UntilOf(state.WindowEndsAt)));
            }
        }

        if (refused is null)
            return new AttemptReservation.Granted(counted);
        scope.Undo();
        return refused;
    }

    /// <summary>The bucket as it stands, made if there was none. Its row is this transaction's until it ends.</summary>
    private static async Task<AttemptState> HoldAsync(SqlScope scope, AttemptBucket bucket)
    {
        var row = await scope.FindAsync<CountRow>(
            $"""
            INSERT INTO attempt_counts (bucket_key, attempt_limit, account_id, attempts, window_ends_at, closed, cool_downs, window_number, forget_at)
            VALUES (@Key, @Limit, @AccountId, 0, 0, 0, 0, 0, 0)
            ON CONFLICT (bucket_key) DO UPDATE SET attempts = attempt_counts.attempts
            {Returned}
            """,
            new { bucket.Key, Limit = (long)bucket.Kind, bucket.AccountId });
        return row!.ToState();
    }

    private static Task<int> SaveAsync(SqlScope scope, AttemptBucket bucket, AttemptState state) =>
        scope.ExecuteAsync(
            """
            UPDATE attempt_counts SET attempts = @Attempts, window_ends_at = @WindowEndsAt, closed = @Closed,
              cool_downs = @CoolDowns, window_number = @WindowNumber, forget_at = @ForgetAt
            WHERE bucket_key = @Key
            """,
            new
            {
                bucket.Key,
                Attempts = (long)state.Attempts,
                WindowEndsAt = Columns.FromTime(state.WindowEndsAt),
                Closed = Columns.FromFlag(state.Closed),
                CoolDowns = (long)state.CoolDowns,
                WindowNumber = state.Window,
                ForgetAt = Columns.FromTime(AttemptRules.ForgetAt(state, bucket)),
            });

    private static async Task ReleaseAsync(SqlScope scope, CountedAttempt counted, DateTimeOffset now)
    {
        // It takes the row as counting does; one that is gone since is not made again.
        var row = await scope.FindAsync<CountRow>(
            $"UPDATE attempt_counts SET attempts = attempts WHERE bucket_key = @Key {Returned}", new { counted.Bucket.Key });
        if (row?.ToState() is { } state)
            await SaveAsync(scope, counted.Bucket, AttemptRules.Release(state, counted.Bucket, counted.State.Window, counted.Own, now));
    }

    /// <summary>Of several closed buckets the one that opens last is what the caller has to wait for.</summary>
    private static AttemptReservation.Refused LaterOf(AttemptReservation.Refused? one, AttemptReservation.Refused other) =>
        one is not null && (one.RetryAt ?? AttemptState.Never) >= (other.RetryAt ?? AttemptState.Never) ? one : other;

    private sealed record CountRow(long Attempts, long WindowEndsAt, long Closed, long CoolDowns, long WindowNumber)
    {
        public AttemptState ToState() =>
            new((int)Attempts, Columns.ToTime(WindowEndsAt), Closed != 0, (int)CoolDowns, WindowNumber);
    }

    private sealed record LockRow(string BucketKey, long AttemptLimit, long WindowEndsAt);
}
