using MfaGateway.Core.Factors;
using MfaGateway.Core.SelfService;

namespace MfaGateway.Storage.Sql;

public sealed class SqlOwnChangeStore : IOwnChangeStore
{
    private readonly SqlDatabase _database;

    internal SqlOwnChangeStore(SqlDatabase database) => _database = database;

    public Task<AuthenticatorRemoval> RemoveAuthenticatorAsync(
        SessionRenewal renewal,
        string authenticatorId,
        IReadOnlyList<Proof> withoutSecondFactor,
        IReadOnlyList<string> counters,
        CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                if (!await LockAsync(scope, renewal.Acting.AccountId))
                    return AuthenticatorRemoval.SessionOver;

                var removed = await scope.ExecuteAsync(
                    "DELETE FROM totp_authenticators WHERE id = @Id AND account_id = @AccountId",
                    new { Id = authenticatorId, renewal.Acting.AccountId });
                if (removed == 0)
                    return AuthenticatorRemoval.NotFound;

                var isLast = await CountAuthenticatorsAsync(scope, renewal.Acting.AccountId) == 0;
                if (isLast)
                    await ForgetSecondFactorAsync(scope, renewal.Acting.AccountId, counters);

                if (!await RenewAsync(scope, isLast ? WithProofs(renewal, withoutSecondFactor) : renewal))
                    return AuthenticatorRemoval.SessionOver;
                return isLast ? AuthenticatorRemoval.RemovedLast : AuthenticatorRemoval.Removed;
            },
            cancellationToken);

    private static SessionRenewal WithProofs(SessionRenewal renewal, IReadOnlyList<Proof> proofs) =>
        renewal with { Renewed = renewal.Renewed with { Proofs = proofs } };

    private static Task<bool> LockAsync(SqlScope scope, string accountId) =>
        SignedInState.LockAccountAsync(scope, accountId, "AND disabled = 0");

    private static Task<long> CountAuthenticatorsAsync(SqlScope scope, string accountId) =>
        scope.ScalarAsync<long>(
            "SELECT COUNT(*) FROM totp_authenticators WHERE account_id = @AccountId", new { AccountId = accountId });

    private static async Task ForgetSecondFactorAsync(SqlScope scope, string accountId, IReadOnlyList<string> counters)
    {
        var account = new { AccountId = accountId };
        await scope.ExecuteAsync("DELETE FROM recovery_codes WHERE account_id = @AccountId", account);
        await scope.ExecuteAsync("DELETE FROM recovery_code_sets WHERE account_id = @AccountId", account);
        foreach (var key in counters.Order(StringComparer.Ordinal))
            await scope.ExecuteAsync("DELETE FROM attempt_buckets WHERE bucket_key = @Key", new { Key = key });
    }

    /// <summary>Ends everything else and carries the session on: the last of each verb.</summary>
    /// <returns>False, and the transaction is undone, when the session does not stand.</returns>
    private static async Task<bool> RenewAsync(SqlScope scope, SessionRenewal renewal)
    {
        var (acting, renewed) = (renewal.Acting, renewal.Renewed);
        var ended = await scope.ExecuteAsync(
            "DELETE FROM sessions WHERE id = @Id AND account_id = @AccountId AND token_hash = @TokenHash",
            new { acting.Id, acting.AccountId, acting.TokenHash });
        if (ended == 0)
        {
            scope.Undo();
            return false;
        }

        await SqlSessionStore.SucceedAsync(scope, acting.Id, renewed);
        await SqlSessionStore.InsertAsync(scope, renewed);
        await SignedInState.EndOthersAsync(scope, acting.AccountId, renewed.Id, keptFlowId: null);
        await scope.RaiseChangeMarkAsync(acting.AccountId);
        return true;
    }
}
