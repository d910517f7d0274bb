using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Storage.Sql;

public sealed class SqlPasswordTokenStore : IPasswordTokenStore
{
    private const string Unspent = "FROM password_tokens WHERE token_hash = @TokenHash AND made_at <= @Latest AND expires_at > @Now";

    private readonly SqlDatabase _database;

    internal SqlPasswordTokenStore(SqlDatabase database) => _database = database;

    public Task<bool> SetAsync(
        string accountId, string foldedEmail, PasswordToken token, ChangeTrace trace, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                if (!await SignedInState.LockAccountAsync(scope, accountId, "AND disabled = 0")
                    || await scope.ScalarAsync<string>("SELECT folded_email FROM accounts WHERE id = @AccountId", new { AccountId = accountId }) != foldedEmail)
                    return false;

                await SetAsync(scope, accountId, token);
                await ChangeTraces.KeepAsync(scope, trace);
                return true;
            },
            cancellationToken);

    public Task AddForNobodyAsync(PasswordToken token, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            scope => scope.ExecuteAsync(
                "INSERT INTO password_tokens (token_hash, purpose, made_at, expires_at) VALUES (@Hash, @Purpose, @MadeAt, @ExpiresAt)",
                new
                {
                    token.Hash,
                    Purpose = (long)token.Purpose,
                    MadeAt = Columns.FromTime(token.MadeAt),
                    ExpiresAt = Columns.FromTime(token.ExpiresAt),
                }),
            cancellationToken);

    public Task<string?> FindAccountIdAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.ReadAsync(scope => FindAccountIdAsync(scope, tokenHash, now), cancellationToken);

    public Task<bool> TryRedeemAsync(
        byte[] tokenHash, string passwordHash, bool byMail, DateTimeOffset now, ChangeTrace trace, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                if (await FindAccountIdAsync(scope, tokenHash, now) is not { } accountId
                    || !await SignedInState.LockAccountAsync(scope, accountId, "AND disabled = 0")
                    || await scope.ExecuteAsync($"DELETE {Unspent}", new { TokenHash = tokenHash, Now = Columns.FromTime(now), Latest = Columns.LatestOf(now) }) == 0)
                    return false;

                await SqlPasswordStore.SetHashAsync(scope, accountId, passwordHash, byMail, now);
                await SqlAttemptStore.EmptyAsync(scope, AttemptLimits.PasswordKeys(accountId));
                await ChangeTraces.KeepAsync(scope, trace);
                await scope.RaiseChangeMarkAsync(accountId);
                return true;
            },
            cancellationToken);

    /// <summary>Makes this the account's only token of its purpose; a reset's ends the one that waits, too.</summary>
    internal static async Task SetAsync(SqlScope scope, string accountId, PasswordToken token)
    {
        if (token.Purpose == PasswordTokenPurpose.Reset)
        {
            await scope.ExecuteAsync(
                "DELETE FROM password_tokens WHERE account_id = @AccountId AND purpose = @Waiting",
                new { AccountId = accountId, Waiting = (long)PasswordTokenPurpose.ResetWaiting });
        }

        await scope.ExecuteAsync(
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
    }

    /// <summary>Makes every link of the account worthless.</summary>
    internal static Task VoidAllAsync(SqlScope scope, string accountId) =>
        scope.ExecuteAsync("DELETE FROM password_tokens WHERE account_id = @AccountId", new { AccountId = accountId });

    private static Task<string?> FindAccountIdAsync(SqlScope scope, byte[] tokenHash, DateTimeOffset now) =>
        scope.ScalarAsync<string>($"SELECT account_id {Unspent}", new { TokenHash = tokenHash, Now = Columns.FromTime(now), Latest = Columns.LatestOf(now) });
}
