using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

/// <summary>The record sets of one connection, in a transaction when they write.</summary>
internal sealed class SqlTransaction(SqlScope scope) : IStoreWrite
{
    // Each that a row of is deleted by its time, with its key.
    private static readonly (string Table, string Key, string End)[] Expiring =
    [
        ("sessions", "id", "expires_at"),
        ("session_successions", "ended_session_id", "expires_at"),
        ("challenge_flows", "id", "expires_at"),
        ("code_requests", "id", "expires_at"),
        ("pending_totps", "flow_id", "expires_at"),
        ("attempt_counts", "bucket_key", "forget_at"),
        ("known_browsers", "id", "expires_at"),
        ("password_tokens", "token_hash", "expires_at"),
        ("mail_outbox", "id", "expires_at"),
    ];

    public IAccountRecords Accounts { get; } = new SqlAccountRecords(scope);

    public IAccountSearch AccountSearch { get; } = new SqlAccountSearch(scope);

    public IDeletedAccountRecords DeletedAccounts { get; } = new SqlDeletedAccountRecords(scope);

    public IPasswordRecords Passwords { get; } = new SqlPasswordRecords(scope);

    public IPasswordTokenRecords PasswordTokens { get; } = new SqlPasswordTokenRecords(scope);

    public ITotpRecords Totp { get; } = new SqlTotpRecords(scope);

    public IPendingTotpRecords PendingTotp { get; } = new SqlPendingTotpRecords(scope);

    public IRecoveryCodeRecords RecoveryCodes { get; } = new SqlRecoveryCodeRecords(scope);

    public IEnrollmentCodeRecords EnrollmentCodes { get; } = new SqlEnrollmentCodeRecords(scope);

    public ICodeRequestRecords CodeRequests { get; } = new SqlCodeRequestRecords(scope);

    public IIssuedCodeRecords IssuedCodes { get; } = new SqlIssuedCodeRecords(scope);

    public IAttemptRecords Attempts { get; } = new SqlAttemptRecords(scope);

    public IFlowRecords Flows { get; } = new SqlFlowRecords(scope);

    public ISessionRecords Sessions { get; } = new SqlSessionRecords(scope);

    public IKnownBrowserRecords KnownBrowsers { get; } = new SqlKnownBrowserRecords(scope);

    public IApplicationRecords Applications { get; } = new SqlApplicationRecords(scope);

    public ISigningKeyRecords SigningKeys { get; } = new SqlSigningKeyRecords(scope);

    public IAuditRecords Audit { get; } = new SqlAuditRecords(scope);

    public IMailRecords Mail { get; } = new SqlMailRecords(scope);

    public IChangeRecords Changes { get; } = new SqlChangeRecords(scope);

    public IFactRecords Facts { get; } = new SqlFactRecords(scope);

    public async Task<bool> HoldAccountAsync(string accountId) =>
        await scope.ScalarAsync<string>(
            $"SELECT id FROM accounts WHERE id = @AccountId{scope.Dialect.LockRows}", new { AccountId = accountId }) is not null;

    public void Undo() => scope.Undo();

    public async Task<int> DeleteExpiredAsync(DateTimeOffset now)
    {
        var deleted = 0;
        foreach (var (table, key, end) in Expiring)
        {
            // Rows that another transaction is changing are left: waiting for them while holding others could end in a deadlock.
            deleted += await scope.ExecuteAsync(
                $"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {end} <= @Now{scope.Dialect.LockFreeRows})",
                new { Now = Columns.FromTime(now) });
        }

        return deleted;
    }
}
