using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlPasswordTokenRecords(SqlScope scope) : IPasswordTokenRecords
{
    public async Task<AccountPasswordToken?> FindAsync(byte[] tokenHash) =>
        (await scope.FindAsync<Row>(
            """
            SELECT account_id AS AccountId, token_hash AS Hash, purpose AS Purpose, made_at AS MadeAt, expires_at AS ExpiresAt
            FROM password_tokens WHERE token_hash = @Hash AND account_id IS NOT NULL
            """,
            new { Hash = tokenHash }))?.ToToken();

    // Those of no account have no purpose in the way: two empty account ids are not the same.
    public Task SetAsync(string? accountId, PasswordToken token) => scope.ExecuteAsync(
        """
        INSERT INTO password_tokens (account_id, purpose, token_hash, made_at, expires_at)
        VALUES (@AccountId, @Purpose, @Hash, @MadeAt, @ExpiresAt)
        ON CONFLICT (account_id, purpose) DO UPDATE SET token_hash = excluded.token_hash, made_at = excluded.made_at,
          expires_at = excluded.expires_at
        """,
        new
        {
            AccountId = accountId,
            Purpose = (long)token.Purpose,
            token.Hash,
            MadeAt = Columns.FromTime(token.MadeAt),
            ExpiresAt = Columns.FromTime(token.ExpiresAt),
        });

    public async Task<bool> TryTakeAsync(byte[] tokenHash) =>
        await scope.ExecuteAsync("DELETE FROM password_tokens WHERE token_hash = @Hash", new { Hash = tokenHash }) == 1;

    public Task DeleteAsync(string accountId, PasswordTokenPurpose? purpose) => scope.ExecuteAsync(
        $"DELETE FROM password_tokens WHERE account_id = @AccountId{(purpose is null ? "" : " AND purpose = @Purpose")}",
        new { AccountId = accountId, Purpose = (long?)purpose });

    public async Task<IReadOnlyList<PasswordToken>> ListAsync(string accountId) =>
    [
        .. (await scope.ListAsync<Row>(
            """
            SELECT account_id AS AccountId, token_hash AS Hash, purpose AS Purpose, made_at AS MadeAt, expires_at AS ExpiresAt
            FROM password_tokens WHERE account_id = @AccountId ORDER BY purpose
            """,
            new { AccountId = accountId })).Select(row => row.ToToken().Token),
    ];

    private sealed record Row(string AccountId, byte[] Hash, long Purpose, long MadeAt, long ExpiresAt)
    {
        public AccountPasswordToken ToToken() => new(
            AccountId, new PasswordToken(Hash, (PasswordTokenPurpose)Purpose, Columns.ToTime(MadeAt), Columns.ToTime(ExpiresAt)));
    }
}
