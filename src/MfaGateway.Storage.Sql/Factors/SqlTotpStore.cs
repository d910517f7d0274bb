using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;

namespace MfaGateway.Storage.Sql;

public sealed class SqlTotpStore : ITotpStore
{
    private const string SelectedPending =
        """
        SELECT flow_id AS FlowId, account_id AS AccountId, protected_secret AS ProtectedSecret, algorithm AS Algorithm,
          digits AS Digits, period_seconds AS PeriodSeconds, expires_at AS ExpiresAt
        FROM pending_totps WHERE flow_id = @FlowId
        """;

    private readonly SqlDatabase _database;

    internal SqlTotpStore(SqlDatabase database) => _database = database;

    public Task<IReadOnlyList<TotpAuthenticator>> ListAsync(string accountId, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<TotpAuthenticator>>(
            async scope =>
            {
                var rows = await scope.ListAsync<AuthenticatorRow>(
                    """
                    SELECT id AS Id, account_id AS AccountId, name AS Name, protected_secret AS ProtectedSecret,
                      algorithm AS Algorithm, digits AS Digits, period_seconds AS PeriodSeconds,
                      last_used_step AS LastUsedStep, created_at AS CreatedAt, last_used_at AS LastUsedAt
                    FROM totp_authenticators WHERE account_id = @AccountId ORDER BY created_at, id
                    """,
                    new { AccountId = accountId });
                return [.. rows.Select(row => row.ToAuthenticator())];
            },
            cancellationToken);

    // RFC 6238 5.2: accepted once. The comparison and the change are one statement, so of many only one finds it true.
    public Task<bool> TryAdvanceTotpStepAsync(
        string authenticatorId, long step, DateTimeOffset? usedAt, CancellationToken cancellationToken) =>
        TryAdvanceTotpStepAsync(authenticatorId, step, usedAt, entry: null, cancellationToken);

    public Task<bool> TryAdvanceTotpStepAsync(
        string authenticatorId, long step, DateTimeOffset? usedAt, AuditEntry? entry, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var advanced = await scope.ExecuteAsync(
                    """
                    UPDATE totp_authenticators SET last_used_step = @Step, last_used_at = COALESCE(@UsedAt, last_used_at)
                    WHERE id = @Id AND last_used_step < @Step
                    """,
                    new { Id = authenticatorId, Step = step, UsedAt = Columns.FromTime(usedAt) }) == 1;
                if (advanced)
                    await scope.RecordIfAnyAsync(entry);
                return advanced;
            },
            cancellationToken);

    public Task<PendingTotp> AddOrGetPendingAsync(PendingTotp candidate, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                await scope.ExecuteAsync(
                    """
                    INSERT INTO pending_totps (flow_id, account_id, protected_secret, algorithm, digits, period_seconds, expires_at)
                    VALUES (@FlowId, @AccountId, @ProtectedSecret, @Algorithm, @Digits, @PeriodSeconds, @ExpiresAt)
                    ON CONFLICT (flow_id) DO UPDATE SET account_id = excluded.account_id,
                      protected_secret = excluded.protected_secret, algorithm = excluded.algorithm,
                      digits = excluded.digits, period_seconds = excluded.period_seconds, expires_at = excluded.expires_at
                    WHERE pending_totps.expires_at <= @Now
                    """,
                    new
                    {
                        candidate.FlowId,
                        candidate.AccountId,
                        candidate.ProtectedSecret,
                        Algorithm = (long)candidate.Parameters.Algorithm,
                        Digits = (long)candidate.Parameters.Digits,
                        PeriodSeconds = (long)candidate.Parameters.PeriodSeconds,
                        ExpiresAt = Columns.FromTime(candidate.ExpiresAt),
                        Now = Columns.FromTime(now),
                    });
                // The statement above holds the row, whether it changed it or not.
                return (await scope.FindAsync<PendingRow>(SelectedPending, new { candidate.FlowId }))!.ToPending();
            },
            cancellationToken);

    public Task<PendingTotp?> FindPendingAsync(string flowId, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => (await scope.FindAsync<PendingRow>(
                $"{SelectedPending} AND expires_at > @Now", new { FlowId = flowId, Now = Columns.FromTime(now) }))?.ToPending(),
            cancellationToken);

    public Task<bool> TryConfirmPendingAsync(
        string flowId,
        TotpAuthenticator authenticator,
        NewRecoveryCodes? first,
        IReadOnlyList<ChangeTrace> traces,
        DateTimeOffset now,
        CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                // Of two flows that each bring the account's first authenticator, the second waits here for the first.
                if (!await SignedInState.LockAccountAsync(scope, authenticator.AccountId))
                    return false;

                var taken = await scope.ExecuteAsync(
                    """
                    DELETE FROM pending_totps WHERE flow_id = @FlowId AND account_id = @AccountId
                      AND protected_secret = @ProtectedSecret AND expires_at > @Now
                    """,
                    new { FlowId = flowId, authenticator.AccountId, authenticator.ProtectedSecret, Now = Columns.FromTime(now) });
                if (taken == 0)
                    return false;

                if (!await SqlEnrollmentCodeStore.TrySpendAsync(scope, authenticator.AccountId, flowId))
                {
                    scope.Undo();
                    return false;
                }

                if (first is not null && !await KeepFirstAsync(scope, authenticator.AccountId, first, now))
                {
                    scope.Undo();
                    return false;
                }

                await scope.ExecuteAsync(
                    """
                    INSERT INTO totp_authenticators (id, account_id, name, protected_secret, algorithm, digits,
                      period_seconds, last_used_step, created_at, last_used_at)
                    VALUES (@Id, @AccountId, @Name, @ProtectedSecret, @Algorithm, @Digits,
                      @PeriodSeconds, @LastUsedStep, @CreatedAt, @LastUsedAt)
                    """,
                    AuthenticatorRow.From(authenticator));

                var replaces = await scope.ScalarAsync<string?>(
                    "SELECT replaces_session_id FROM challenge_flows WHERE id = @FlowId", new { FlowId = flowId });
                await SignedInState.EndOthersAsync(scope, authenticator.AccountId, replaces, flowId);
                await scope.KeepAsync(traces);
                await scope.RaiseChangeMarkAsync(authenticator.AccountId);
                return true;
            },
            cancellationToken);

    public Task DeletePendingAsync(string flowId, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            scope => scope.ExecuteAsync("DELETE FROM pending_totps WHERE flow_id = @FlowId", new { FlowId = flowId }),
            cancellationToken);

    public Task<bool> RenameAsync(string accountId, string authenticatorId, string name, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope => await scope.ExecuteAsync(
                "UPDATE totp_authenticators SET name = @Name WHERE id = @Id AND account_id = @AccountId",
                new { Id = authenticatorId, AccountId = accountId, Name = name }) == 1,
            cancellationToken);

    private static async Task<bool> KeepFirstAsync(SqlScope scope, string accountId, NewRecoveryCodes codes, DateTimeOffset at)
    {
        var others = await scope.ScalarAsync<long>(
            "SELECT COUNT(*) FROM totp_authenticators WHERE account_id = @AccountId", new { AccountId = accountId });
        if (others > 0)
            return false;

        await SqlRecoveryCodeStore.ReplaceAllAsync(scope, accountId, codes, at);
        return true;
    }

    private static TotpParameters ToParameters(long algorithm, long digits, long periodSeconds) =>
        new((TotpHash)algorithm, (int)digits, (int)periodSeconds);

    private sealed record AuthenticatorRow(
        string Id, string AccountId, string Name, byte[] ProtectedSecret, long Algorithm, long Digits, long PeriodSeconds,
        long LastUsedStep, long CreatedAt, long? LastUsedAt)
    {
        public static AuthenticatorRow From(TotpAuthenticator authenticator) => new(
            authenticator.Id, authenticator.AccountId, authenticator.Name, authenticator.ProtectedSecret,
            (long)authenticator.Parameters.Algorithm, authenticator.Parameters.Digits, authenticator.Parameters.PeriodSeconds,
            authenticator.LastUsedStep, Columns.FromTime(authenticator.CreatedAt), Columns.FromTime(authenticator.LastUsedAt));

        public TotpAuthenticator ToAuthenticator() => new(
            Id, AccountId, Name, ProtectedSecret, ToParameters(Algorithm, Digits, PeriodSeconds), LastUsedStep,
            Columns.ToTime(CreatedAt), Columns.ToTime(LastUsedAt));
    }

    private sealed record PendingRow(
        string FlowId, string AccountId, byte[] ProtectedSecret, long Algorithm, long Digits, long PeriodSeconds, long ExpiresAt)
    {
        public PendingTotp ToPending() => new(
            FlowId, AccountId, ProtectedSecret, ToParameters(Algorithm, Digits, PeriodSeconds), Columns.ToTime(ExpiresAt));
    }
}
