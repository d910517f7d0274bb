using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.SelfService;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Storage.Sql;

public sealed class SqlOwnChangeStore : IOwnChangeStore
{
    private readonly SqlDatabase _database;

    internal SqlOwnChangeStore(SqlDatabase database) => _database = database;

    public Task<AuthenticatorRemoval> RemoveAuthenticatorAsync(
        SessionRenewal renewal, string authenticatorId, ChangeTrace trace, SecondFactorEnd ifLast, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var accountId = renewal.Acting.AccountId;
                if (!await LockAsync(scope, renewal.Acting))
                    return AuthenticatorRemoval.SessionOver;

                var removed = await scope.ExecuteAsync(
                    "DELETE FROM totp_authenticators WHERE id = @Id AND account_id = @AccountId",
                    new { Id = authenticatorId, AccountId = accountId });
                if (removed == 0)
                    return AuthenticatorRemoval.NotFound;

                if (await AnyAuthenticatorAsync(scope, accountId))
                {
                    await RenewAsync(scope, renewal, [trace]);
                    return AuthenticatorRemoval.Removed;
                }

                await ForgetSecondFactorAsync(scope, accountId);
                await RenewAsync(scope, renewal with { Renewed = renewal.Renewed with { Proofs = ifLast.Proofs } }, ifLast.Traces);
                return AuthenticatorRemoval.Removed;
            },
            cancellationToken);

    public Task<bool> ReplaceRecoveryCodesAsync(
        GatewaySession acting, ChallengeFlow showing, NewRecoveryCodes codes, ChangeTrace trace, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                if (!await LockAsync(scope, acting) || !await AnyAuthenticatorAsync(scope, acting.AccountId))
                    return false;

                await SqlRecoveryCodeStore.ReplaceAllAsync(scope, acting.AccountId, codes, trace.Entry.At);
                await SignedInState.EndOthersAsync(scope, acting.AccountId, acting.Id, keptFlowId: null);
                await SqlChallengeFlowStore.InsertAsync(scope, showing);
                await scope.KeepAsync([trace]);
                await scope.RaiseChangeMarkAsync(acting.AccountId);
                return true;
            },
            cancellationToken);

    public Task<bool> SetPasswordAsync(SessionRenewal renewal, string hash, ChangeTrace trace, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                if (!await LockAsync(scope, renewal.Acting))
                    return false;

                var byMail = renewal.Renewed.Proofs.Any(proof => proof is { Factor: FactorKind.Password, ByMail: true });
                await SqlPasswordStore.SetHashAsync(scope, renewal.Acting.AccountId, hash, byMail, trace.Entry.At);
                await RenewAsync(scope, renewal, [trace]);
                return true;
            },
            cancellationToken);

    public Task<OwnSwitching> SwitchMagicCodesAsync(SessionRenewal renewal, bool off, ChangeTrace trace, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                if (!await LockAsync(scope, renewal.Acting))
                    return OwnSwitching.SessionOver;
                if (!await SqlMagicCodeStore.SetSwitchAsync(scope, renewal.Acting.AccountId, MagicCodeSwitch.Owner, off))
                    return OwnSwitching.WasSo;

                await RenewAsync(scope, renewal, [trace]);
                return OwnSwitching.Switched;
            },
            cancellationToken);

    public Task<bool> EndOtherSessionsAsync(SessionRenewal renewal, ChangeTrace trace, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                if (!await LockAsync(scope, renewal.Acting))
                    return false;

                await RenewAsync(scope, renewal, [trace]);
                return true;
            },
            cancellationToken);

    /// <summary>Holds the account's row and the session's, so that neither ends meanwhile.</summary>
    /// <returns>Whether the session stands.</returns>
    private static async Task<bool> LockAsync(SqlScope scope, GatewaySession acting) =>
        await SignedInState.LockAccountAsync(scope, acting.AccountId, "AND disabled = 0")
        && await scope.ScalarAsync<string>(
            $"SELECT id FROM sessions WHERE id = @Id AND account_id = @AccountId AND token_hash = @TokenHash{scope.Dialect.LockRows}",
            new { acting.Id, acting.AccountId, acting.TokenHash }) is not null;

    private static async Task<bool> AnyAuthenticatorAsync(SqlScope scope, string accountId) =>
        await scope.ScalarAsync<long>(
            "SELECT COUNT(*) FROM totp_authenticators WHERE account_id = @AccountId", new { AccountId = accountId }) > 0;

    private static async Task ForgetSecondFactorAsync(SqlScope scope, string accountId)
    {
        var account = new { AccountId = accountId };
        await scope.ExecuteAsync("DELETE FROM recovery_codes WHERE account_id = @AccountId", account);
        await scope.ExecuteAsync("DELETE FROM recovery_code_sets WHERE account_id = @AccountId", account);
        await SqlAttemptStore.EmptyAsync(scope, AttemptLimits.SecondFactorKeys(accountId));
    }

    /// <summary>Ends everything of the account's and begins the session that carries the acting one on: the last of each verb.</summary>
    private static async Task RenewAsync(SqlScope scope, SessionRenewal renewal, IReadOnlyList<ChangeTrace> traces)
    {
        var renewed = renewal.Renewed;
        await SignedInState.EndOthersAsync(scope, renewed.AccountId, keptSessionId: null, keptFlowId: null);
        await SqlSessionStore.SucceedAsync(scope, renewal.Acting.Id, renewed);
        await SqlSessionStore.InsertAsync(scope, renewed);
        await scope.KeepAsync(traces);
        await scope.RaiseChangeMarkAsync(renewed.AccountId);
    }
}
