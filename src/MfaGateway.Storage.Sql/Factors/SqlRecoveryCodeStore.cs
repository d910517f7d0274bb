using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Mail;

namespace MfaGateway.Storage.Sql;

public sealed class SqlRecoveryCodeStore : IRecoveryCodeStore
{
    private readonly SqlDatabase _database;

    internal SqlRecoveryCodeStore(SqlDatabase database) => _database = database;

    public Task ReplaceAllAsync(string accountId, NewRecoveryCodes codes, DateTimeOffset at, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                await ReplaceAllAsync(scope, accountId, codes, at);
                return codes.Hashes.Count;
            },
            cancellationToken);

    internal static async Task ReplaceAllAsync(SqlScope scope, string accountId, NewRecoveryCodes codes, DateTimeOffset at)
    {
        // First the row of the set: a second caller waits there, and then replaces this set as a whole.
        await scope.ExecuteAsync(
            """
            INSERT INTO recovery_code_sets (account_id, salt, made_at) VALUES (@AccountId, @Salt, @MadeAt)
            ON CONFLICT (account_id) DO UPDATE SET salt = excluded.salt, made_at = excluded.made_at
            """,
            new { AccountId = accountId, codes.Salt, MadeAt = Columns.FromTime(at) });
        await scope.ExecuteAsync("DELETE FROM recovery_codes WHERE account_id = @AccountId", new { AccountId = accountId });
        foreach (var hash in codes.Hashes)
        {
            await scope.ExecuteAsync(
                "INSERT INTO recovery_codes (account_id, hash) VALUES (@AccountId, @Hash)", new { AccountId = accountId, Hash = hash });
        }
    }

    public Task<RecoveryCodeSet?> FindSetAsync(string accountId, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope =>
            {
                // One statement, so that the salt and the count are of the same set.
                var row = await scope.FindAsync<SetRow>(
                    """
                    SELECT salt AS Salt, made_at AS MadeAt, (SELECT COUNT(*) FROM recovery_codes
                      WHERE recovery_codes.account_id = recovery_code_sets.account_id AND used_at IS NULL) AS Remaining
                    FROM recovery_code_sets WHERE account_id = @AccountId
                    """,
                    new { AccountId = accountId });
                return row is null ? null : new RecoveryCodeSet(row.Salt, (int)row.Remaining, Columns.ToTime(row.MadeAt));
            },
            cancellationToken);

    public Task<bool> TryConsumeRecoveryCodeAsync(
        string accountId, byte[] hash, DateTimeOffset at, int burntAhead, IReadOnlyList<OutboxMail> mails, CancellationToken cancellationToken) =>
        TryConsumeRecoveryCodeAsync(accountId, hash, at, burntAhead, mails, entry: null, cancellationToken);

    public Task<bool> TryConsumeRecoveryCodeAsync(
        string accountId, byte[] hash, DateTimeOffset at, int burntAhead, IReadOnlyList<OutboxMail> mails, AuditEntry? entry,
        CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                if (!await SignedInState.LockAccountAsync(scope, accountId))
                    return false;

                var spent = await scope.ExecuteAsync(
                    """
                    UPDATE recovery_codes SET used_at = @At
                    WHERE account_id = @AccountId AND hash = @Hash AND used_at IS NULL
                    """,
                    new { AccountId = accountId, Hash = hash, At = Columns.FromTime(at) });
                if (spent == 0)
                    return false;

                await BurnAsync(scope, accountId, at.ToUnixTimeSeconds(), burntAhead);
                await SqlMailOutbox.EnqueueAsync(scope, mails);
                await scope.RecordIfAnyAsync(entry);
                return true;
            },
            cancellationToken);

    // RFC 6238 4.2: a step is the whole periods since 1970. The counters go up and never down.
    private static Task<int> BurnAsync(SqlScope scope, string accountId, long seconds, int ahead) =>
        scope.ExecuteAsync(
            """
            UPDATE totp_authenticators SET last_used_step = @Seconds / period_seconds + @Ahead
            WHERE account_id = @AccountId AND last_used_step < @Seconds / period_seconds + @Ahead
            """,
            new { AccountId = accountId, Seconds = seconds, Ahead = (long)ahead });

    private sealed record SetRow(byte[] Salt, long MadeAt, long Remaining);
}
