using MfaGateway.Core.Storage.Records;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlAttemptRecords(SqlScope scope) : IAttemptRecords
{
    private const string Selected =
        """
        bucket_key AS Key, attempt_limit AS AttemptLimit, attempts AS Attempts, window_ends_at AS WindowEndsAt, closed AS Closed,
          cool_downs AS CoolDowns, window_number AS WindowNumber
        """;

    public async Task<AttemptState> HoldAsync(AttemptBucket bucket)
    {
        // The update changes nothing; it takes the row.
        scope.EnsureMayWrite();
        var row = await scope.FindAsync<Row>(
            $"""
            INSERT INTO attempt_counts (bucket_key, attempt_limit, account_id, attempts, window_ends_at, closed, cool_downs, window_number, forget_at)
            VALUES (@Key, @Limit, @AccountId, 0, 0, 0, 0, 0, 0)
            ON CONFLICT (bucket_key) DO UPDATE SET attempts = attempt_counts.attempts
            RETURNING {Selected}
            """,
            new { bucket.Key, Limit = (long)bucket.Kind, bucket.AccountId });
        return row!.ToState();
    }

    public async Task<AttemptState?> FindHeldAsync(string key)
    {
        scope.EnsureMayWrite();
        return (await scope.FindAsync<Row>(
            $"UPDATE attempt_counts SET attempts = attempts WHERE bucket_key = @Key RETURNING {Selected}", new { Key = key }))?.ToState();
    }

    public Task SaveAsync(AttemptBucket bucket, AttemptState state, DateTimeOffset forgetAt) => scope.ExecuteAsync(
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
            ForgetAt = Columns.FromTime(forgetAt),
        });

    public Task DeleteAsync(string key) => scope.ExecuteAsync("DELETE FROM attempt_counts WHERE bucket_key = @Key", new { Key = key });

    public async Task<IReadOnlyList<AttemptRecord>> ListAsync(string accountId) =>
    [
        .. (await scope.ListAsync<Row>(
            $"SELECT {Selected} FROM attempt_counts WHERE account_id = @AccountId", new { AccountId = accountId }))
            .Select(row => new AttemptRecord(row.Key, (AttemptLimit)row.AttemptLimit, row.ToState()))
            .OrderBy(record => record.Key, StringComparer.Ordinal), // which order of text that is, is the database's to say
    ];

    // A range of the primary key; the character after the slash is the zero.
    public Task<IReadOnlyList<string>> ListKeysAsync(string prefix) => scope.ListAsync<string>(
        "SELECT bucket_key FROM attempt_counts WHERE bucket_key >= @First AND bucket_key < @End ORDER BY bucket_key",
        new { First = prefix, End = string.Concat(prefix.AsSpan(0, prefix.Length - 1), "0") });

    public async Task<IReadOnlyList<KeptAttempts>> ListAllAsync(string after, int count) =>
    [
        .. (await scope.ListAsync<KeptRow>(
            $"""
            SELECT {Selected}, account_id AS AccountId, forget_at AS ForgetAt
            FROM attempt_counts WHERE bucket_key > @After ORDER BY bucket_key LIMIT @Count
            """,
            new { After = after, Count = (long)count })).Select(row => row.ToKept()),
    ];

    private sealed record Row(
        string Key, long AttemptLimit, long Attempts, long WindowEndsAt, long Closed, long CoolDowns, long WindowNumber)
    {
        public AttemptState ToState() =>
            new((int)Attempts, Columns.ToTime(WindowEndsAt), Closed != 0, (int)CoolDowns, WindowNumber);
    }

    private sealed record KeptRow(
        string Key, long AttemptLimit, long Attempts, long WindowEndsAt, long Closed, long CoolDowns, long WindowNumber, string? AccountId,
        long ForgetAt)
    {
        public KeptAttempts ToKept() => new(
            Key, (AttemptLimit)AttemptLimit, AccountId,
            new AttemptState((int)Attempts, Columns.ToTime(WindowEndsAt), Closed != 0, (int)CoolDowns, WindowNumber), Columns.ToTime(ForgetAt));
    }
}
