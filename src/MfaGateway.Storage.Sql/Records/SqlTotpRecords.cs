using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlTotpRecords(SqlScope scope) : ITotpRecords
{
    public async Task<IReadOnlyList<TotpAuthenticator>> ListAsync(string accountId) =>
    [
        .. (await scope.ListAsync<Row>(
            """
            SELECT id AS Id, account_id AS AccountId, name AS Name, protected_secret AS ProtectedSecret,
              algorithm AS Algorithm, digits AS Digits, period_seconds AS PeriodSeconds,
              last_used_step AS LastUsedStep, created_at AS CreatedAt, last_used_at AS LastUsedAt
            FROM totp_authenticators WHERE account_id = @AccountId ORDER BY created_at, id
            """,
            new { AccountId = accountId })).Select(row => row.ToAuthenticator()),
    ];

    public Task AddAsync(TotpAuthenticator authenticator) => scope.ExecuteAsync(
        """
        INSERT INTO totp_authenticators (id, account_id, name, protected_secret, algorithm, digits,
          period_seconds, last_used_step, created_at, last_used_at)
        VALUES (@Id, @AccountId, @Name, @ProtectedSecret, @Algorithm, @Digits,
          @PeriodSeconds, @LastUsedStep, @CreatedAt, @LastUsedAt)
        """,
        Row.From(authenticator));

    // The comparison and the change are one statement, so of many only one finds it true.
    public async Task<bool> TryAdvanceStepAsync(string authenticatorId, long step, DateTimeOffset? usedAt) =>
        await scope.ExecuteAsync(
            """
            UPDATE totp_authenticators SET last_used_step = @Step, last_used_at = COALESCE(@UsedAt, last_used_at)
            WHERE id = @Id AND last_used_step < @Step
            """,
            new { Id = authenticatorId, Step = step, UsedAt = Columns.FromTime(usedAt) }) == 1;

    public async Task<bool> TryRenameAsync(string accountId, string authenticatorId, string name) =>
        await scope.ExecuteAsync(
            "UPDATE totp_authenticators SET name = @Name WHERE id = @Id AND account_id = @AccountId",
            new { Id = authenticatorId, AccountId = accountId, Name = name }) == 1;

    public async Task<bool> TryDeleteAsync(string accountId, string authenticatorId) =>
        await scope.ExecuteAsync(
            "DELETE FROM totp_authenticators WHERE id = @Id AND account_id = @AccountId",
            new { Id = authenticatorId, AccountId = accountId }) == 1;

    public Task DeleteAllAsync(string accountId) =>
        scope.ExecuteAsync("DELETE FROM totp_authenticators WHERE account_id = @AccountId", new { AccountId = accountId });

    private sealed record Row(
        string Id, string AccountId, string Name, byte[] ProtectedSecret, long Algorithm, long Digits, long PeriodSeconds,
        long LastUsedStep, long CreatedAt, long? LastUsedAt)
    {
        public static Row From(TotpAuthenticator authenticator) => new(
            authenticator.Id, authenticator.AccountId, authenticator.Name, authenticator.ProtectedSecret,
            (long)authenticator.Parameters.Algorithm, authenticator.Parameters.Digits, authenticator.Parameters.PeriodSeconds,
            authenticator.LastUsedStep, Columns.FromTime(authenticator.CreatedAt), Columns.FromTime(authenticator.LastUsedAt));

        public TotpAuthenticator ToAuthenticator() => new(
            Id, AccountId, Name, ProtectedSecret, new TotpParameters((TotpHash)Algorithm, (int)Digits, (int)PeriodSeconds), LastUsedStep,
            Columns.ToTime(CreatedAt), Columns.ToTime(LastUsedAt));
    }
}
