using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlRecoveryCodeRecords(SqlScope scope) : IRecoveryCodeRecords
{
    public async Task<RecoveryCodeSet?> FindSetAsync(string accountId) =>
        await scope.FindAsync<Row>(
            """
            SELECT salt AS Salt, made_at AS MadeAt, (SELECT COUNT(*) FROM recovery_codes
              WHERE recovery_codes.account_id = recovery_code_sets.account_id AND used_at IS NULL) AS Remaining
            FROM recovery_code_sets WHERE account_id = @AccountId
            """,
            new { AccountId = accountId }) is { } row
            ? new RecoveryCodeSet(row.Salt, (int)row.Remaining, Columns.ToTime(row.MadeAt))
            : null;

    public async Task ReplaceAsync(string accountId, NewRecoveryCodes codes, DateTimeOffset at)
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

    public async Task<bool> TryConsumeAsync(string accountId, byte[] hash, DateTimeOffset at) =>
        await scope.ExecuteAsync(
            "UPDATE recovery_codes SET used_at = @At WHERE account_id = @AccountId AND hash = @Hash AND used_at IS NULL",
            new { AccountId = accountId, Hash = hash, At = Columns.FromTime(at) }) == 1;

    public async Task DeleteAllAsync(string accountId)
    {
        var account = new { AccountId = accountId };
        await scope.ExecuteAsync("DELETE FROM recovery_codes WHERE account_id = @AccountId", account);
        await scope.ExecuteAsync("DELETE FROM recovery_code_sets WHERE account_id = @AccountId", account);
    }

    public async Task<NewRecoveryCodes?> FindUnusedAsync(string accountId)
    {
        var rows = await scope.ListAsync<UnusedRow>(
            """
            SELECT salt AS Salt, hash AS Hash FROM recovery_code_sets
            LEFT JOIN recovery_codes ON recovery_codes.account_id = recovery_code_sets.account_id AND used_at IS NULL
            WHERE recovery_code_sets.account_id = @AccountId ORDER BY hash
            """,
            new { AccountId = accountId });
        return rows.Count == 0 ? null : new NewRecoveryCodes(rows[0].Salt, [.. rows.Select(row => row.Hash).OfType<byte[]>()]);
    }

    private sealed record Row(byte[] Salt, long MadeAt, long Remaining);

    private sealed record UnusedRow(byte[] Salt, byte[]? Hash);
}
