using MfaGateway.Core.Throttling;

namespace MfaGateway.Storage.Sql;

public sealed class SqlAttemptStore : IAttemptStore
{
    private readonly SqlDatabase _database;

    internal SqlAttemptStore(SqlDatabase database) => _database = database;

    public Task<AttemptReservation> TryReserveAttemptAsync(
        IReadOnlyList<AttemptBucket> buckets, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.WriteAsync(scope => ReserveAsync(scope, InOrder(buckets), Columns.FromTime(now)), cancellationToken);

    public Task ReleaseAttemptAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        ForEachAsync(
            keys, "UPDATE attempt_buckets SET attempts = attempts - 1 WHERE bucket_key = @Key AND attempts > 0", cancellationToken);

    public Task ClearAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        ForEachAsync(keys, "DELETE FROM attempt_buckets WHERE bucket_key = @Key", cancellationToken);

    /// <summary>Every transaction takes its buckets in the same order, so that no two wait for each other.</summary>
    private static IReadOnlyList<AttemptBucket> InOrder(IReadOnlyList<AttemptBucket> buckets) =>
        [.. buckets.OrderBy(bucket => bucket.Key, StringComparer.Ordinal).ThenBy(bucket => bucket.Limit).DistinctBy(bucket => bucket.Key)];

    private static async Task<AttemptReservation> ReserveAsync(SqlScope scope, IReadOnlyList<AttemptBucket> buckets, long now)
    {
        var remaining = int.MaxValue;
        AttemptReservation.Refused? refused = null;
        foreach (var bucket in buckets)
        {
            var attempts = await CountAsync(scope, bucket, now);
            if (attempts is { } granted)
                remaining = Math.Min(remaining, bucket.Limit - (int)granted);
            else
                refused = LaterOf(refused, await FullAsync(scope, bucket));
        }

        if (refused is null)
            return new AttemptReservation.Granted(remaining);
        scope.Undo();
        return refused;
    }

    /// <returns>The attempts counted, this one included, or null when the bucket is full.</returns>
    private static Task<long?> CountAsync(SqlScope scope, AttemptBucket bucket, long now) =>
        scope.ScalarAsync<long?>(
            """
            INSERT INTO attempt_buckets (bucket_key, attempts, window_ends_at) VALUES (@Key, 1, @NewEnd)
            ON CONFLICT (bucket_key) DO UPDATE SET
              attempts = CASE WHEN attempt_buckets.window_ends_at <= @Now THEN 1 ELSE attempt_buckets.attempts + 1 END,
              window_ends_at = CASE WHEN attempt_buckets.window_ends_at <= @Now OR attempt_buckets.attempts = 0
                THEN excluded.window_ends_at ELSE attempt_buckets.window_ends_at END
            WHERE attempt_buckets.window_ends_at <= @Now OR attempt_buckets.attempts < @Limit
            RETURNING attempts
            """,
            new { bucket.Key, Limit = (long)bucket.Limit, Now = now, NewEnd = now + (long)bucket.Window.TotalMilliseconds });

    private static async Task<AttemptReservation.Refused> FullAsync(SqlScope scope, AttemptBucket bucket)
    {
        var end = await scope.ScalarAsync<long>(
            "SELECT window_ends_at FROM attempt_buckets WHERE bucket_key = @Key", new { bucket.Key });
        return new AttemptReservation.Refused(bucket.Key, Columns.ToTime(end));
    }

    /// <summary>Of several full buckets the one that opens last is what the caller has to wait for.</summary>
    private static AttemptReservation.Refused LaterOf(AttemptReservation.Refused? one, AttemptReservation.Refused other) =>
        one is not null && one.RetryAt >= other.RetryAt ? one : other;

    private Task<int> ForEachAsync(IReadOnlyList<string> keys, string sql, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var changed = 0;
                foreach (var key in keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                    changed += await scope.ExecuteAsync(sql, new { Key = key });
                return changed;
            },
            cancellationToken);
}
