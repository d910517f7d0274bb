using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Passwords;

namespace MfaGateway.Storage.Sql;

public sealed class SqlAdministrationStore : IAdministrationStore
{
    private readonly SqlDatabase _database;

    internal SqlAdministrationStore(SqlDatabase database) => _database = database;

    public Task<AddAccountResult> InviteAsync(
        Account account, PasswordToken token, ChangeTrace trace, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var result = await SqlAccountStore.InsertInvitedAsync(scope, account);
                if (result != AddAccountResult.Added)
                    return result;

                await SqlPasswordTokenStore.SetAsync(scope, account.Id, token);
                await ChangeTraces.KeepAsync(scope, trace);
                return result;
            },
            cancellationToken);

    public Task<AccountChange> SetDisabledAsync(
        string accountId, bool disabled, string administratorGroup, ChangeTrace trace, CancellationToken cancellationToken) =>
        WriteAsync(
            async scope =>
            {
                await LastAdministrator.LockAsync(scope);
                if (!await SignedInState.LockAccountAsync(scope, accountId))
                    return AccountChange.AccountGone;
                if (disabled && await LastAdministrator.IsAsync(scope, accountId, administratorGroup))
                    return AccountChange.LastAdministrator;

                await scope.ExecuteAsync(
                    "UPDATE accounts SET disabled = @Disabled WHERE id = @Id", new { Id = accountId, Disabled = Columns.FromFlag(disabled) });
                if (disabled)
                    await EndAccessAsync(scope, accountId);
                await KeepAsync(scope, trace, accountId);
                return AccountChange.Done;
            },
            cancellationToken);

    public Task<AccountChange> UnlockAsync(string accountId, ChangeTrace trace, CancellationToken cancellationToken) =>
        WriteAsync(
            async scope =>
            {
                if (!await SignedInState.LockAccountAsync(scope, accountId))
                    return AccountChange.AccountGone;

                await SqlAttemptStore.EmptyAllOfAsync(scope, accountId);
                await ChangeTraces.KeepAsync(scope, trace);
                return AccountChange.Done;
            },
            cancellationToken);

    public Task<AccountChange> UpdateAsync(
        string accountId, AccountDetails seen, AccountDetails wanted, string administratorGroup, ChangeTrace trace,
        CancellationToken cancellationToken) =>
        WriteAsync(
            async scope =>
            {
                await LastAdministrator.LockAsync(scope);
                if (!await SignedInState.LockAccountAsync(scope, accountId)
                    || await AccountRows.FindAsync(scope, "accounts.id = @Id", new { Id = accountId }) is not { } account)
                    return AccountChange.AccountGone;
                if (AccountDetails.Of(account) != seen)
                    return AccountChange.Outdated;

                var leaves = !wanted.Groups.Contains(administratorGroup, GroupNames.Comparer);
                if (leaves && await LastAdministrator.IsAsync(scope, accountId, administratorGroup))
                    return AccountChange.LastAdministrator;
                if (await IsTakenAsync(scope, accountId, wanted.Email))
                    return AccountChange.EmailTaken;
                if (await SignInNames.IsUserNameOfAnotherAsync(scope, accountId, wanted.Email))
                    return AccountChange.EmailIsUserName;

                await UpdateAsync(scope, account, wanted);
                await KeepAsync(scope, trace, accountId);
                return AccountChange.Done;
            },
            cancellationToken);

    public Task<AccountChange> RenameAsync(
        string accountId, string seen, string wanted, ChangeTrace trace, CancellationToken cancellationToken) =>
        WriteAsync(
            async scope =>
            {
                await LastAdministrator.LockAsync(scope);
                if (await HoldAsync(scope, accountId, seen) is { } refusal)
                    return refusal;
                if (await IsNameTakenAsync(scope, accountId, wanted))
                    return AccountChange.UserNameTaken;
                if (await SignInNames.IsAddressOfAnotherAsync(scope, accountId, wanted))
                    return AccountChange.UserNameIsAddress;

                await scope.ExecuteAsync(
                    "UPDATE accounts SET user_name = @Name, folded_user_name = @Folded WHERE id = @Id",
                    new { Id = accountId, Name = wanted, Folded = UserNames.Fold(wanted) });
                var renamed = await AccountRows.FindAsync(scope, "accounts.id = @Id", new { Id = accountId });
                await SearchTexts.SetAsync(scope, accountId, wanted, renamed!.Email, renamed.DisplayName);
                await EndAccessAsync(scope, accountId);
                await KeepAsync(scope, trace, accountId);
                return AccountChange.Done;
            },
            cancellationToken);

    public Task<AccountChange> DeleteAsync(
        string accountId, string seen, string administratorGroup, ChangeTrace trace, CancellationToken cancellationToken) =>
        WriteAsync(
            async scope =>
            {
                await LastAdministrator.LockAsync(scope);
                if (await HoldAsync(scope, accountId, seen) is { } refusal)
                    return refusal;
                if (await LastAdministrator.IsAsync(scope, accountId, administratorGroup))
                    return AccountChange.LastAdministrator;

                await DeletedAccounts.KeepNameAsync(scope, accountId, trace.Entry.At);
                await SqlAttemptStore.ForgetAllOfAsync(scope, accountId);
                await SqlMailOutbox.DropAllOfAsync(scope, accountId);

                // The row takes with it what refers to it: sessions, flows, known browsers, factors, codes, links, groups.
                await scope.ExecuteAsync("DELETE FROM accounts WHERE id = @Id", new { Id = accountId });
                await KeepAsync(scope, trace, accountId);
                return AccountChange.Done;
            },
            cancellationToken);

    public Task<AccountChange> ResetSecondFactorAsync(
        string accountId, NewEnrollmentCode code, ChangeTrace trace, CancellationToken cancellationToken) =>
        WriteAsync(
            async scope =>
            {
                if (!await SignedInState.LockAccountAsync(scope, accountId))
                    return AccountChange.AccountGone;

                var account = new { AccountId = accountId };
                await scope.ExecuteAsync("DELETE FROM totp_authenticators WHERE account_id = @AccountId", account);
                await scope.ExecuteAsync("DELETE FROM recovery_code_sets WHERE account_id = @AccountId", account);
                await SqlKnownBrowserStore.ForgetAllOfAsync(scope, accountId);
                await SqlAttemptStore.EmptyAllOfAsync(scope, accountId);
                await SqlEnrollmentCodeStore.SetAsync(scope, accountId, code);
                await SignedInState.EndAllOfAsync(scope, accountId);
                await KeepAsync(scope, trace, accountId);
                return AccountChange.Done;
            },
            cancellationToken);

    private static async Task UpdateAsync(SqlScope scope, Account account, AccountDetails wanted)
    {
        var foldedEmail = EmailAddress.Fold(wanted.Email);
        if (foldedEmail.Length == 0)
            throw new ArgumentException("Not one plain e-mail address.", nameof(wanted));

        await scope.ExecuteAsync(
            "UPDATE accounts SET email = @Email, folded_email = @FoldedEmail, display_name = @DisplayName WHERE id = @Id",
            new { account.Id, wanted.Email, FoldedEmail = foldedEmail, wanted.DisplayName });
        await AccountGroups.SetAsync(scope, account.Id, wanted.Groups);
        await SearchTexts.SetAsync(scope, account.Id, account.UserName, wanted.Email, wanted.DisplayName);
        if (foldedEmail != EmailAddress.Fold(account.Email))
            await EndAccessAsync(scope, account.Id);
    }

    /// <summary>Holds the account's row.</summary>
    /// <returns>Null when the account is there under the name that the decision was made on.</returns>
    private static async Task<AccountChange?> HoldAsync(SqlScope scope, string accountId, string seenUserName)
    {
        if (!await SignedInState.LockAccountAsync(scope, accountId))
            return AccountChange.AccountGone;

        var userName = await scope.ScalarAsync<string>("SELECT user_name FROM accounts WHERE id = @Id", new { Id = accountId });
        return userName == seenUserName ? null : AccountChange.Outdated;
    }

    private static async Task<bool> IsNameTakenAsync(SqlScope scope, string accountId, string userName) =>
        await scope.ScalarAsync<long>(
            "SELECT COUNT(*) FROM accounts WHERE folded_user_name = @Folded AND id <> @Id",
            new { Folded = UserNames.Fold(userName), Id = accountId }) > 0;

    private static async Task<bool> IsTakenAsync(SqlScope scope, string accountId, string email) =>
        await scope.ScalarAsync<long>(
            "SELECT COUNT(*) FROM accounts WHERE folded_email = @Folded AND id <> @Id",
            new { Folded = EmailAddress.Fold(email), Id = accountId }) > 0;

    /// <summary>Ends what is going on, and the links that would let somebody begin anew.</summary>
    private static async Task EndAccessAsync(SqlScope scope, string accountId)
    {
        await SignedInState.EndAllOfAsync(scope, accountId);
        await SqlPasswordTokenStore.VoidAllAsync(scope, accountId);
    }

    private static async Task KeepAsync(SqlScope scope, ChangeTrace trace, string accountId)
    {
        await ChangeTraces.KeepAsync(scope, trace);
        await scope.RaiseChangeMarkAsync(accountId);
    }

    /// <summary>A transaction of which nothing is kept unless it is done.</summary>
    private Task<AccountChange> WriteAsync(Func<SqlScope, Task<AccountChange>> work, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var result = await work(scope);
                if (result != AccountChange.Done)
                    scope.Undo();
                return result;
            },
            cancellationToken);
}
