using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlAccountRecords(SqlScope scope) : IAccountRecords
{
    public Task<Account?> FindAsync(string id) => FindAsync("accounts.id = @Key", id);

    public Task<Account?> FindByUserNameAsync(string foldedUserName) => FindAsync("folded_user_name = @Key", foldedUserName);

    public Task<Account?> FindByEmailAsync(string foldedEmail) => FindAsync("folded_email = @Key", foldedEmail);

    public async Task<bool> AnyAsync() => await scope.ScalarAsync<long>("SELECT COUNT(*) FROM (SELECT id FROM accounts LIMIT 1) AS one") == 1;

    public async Task<bool> TryAddAsync(Account account)
    {
        var added = await scope.ExecuteAsync(
            """
            INSERT INTO accounts (id, user_name, folded_user_name, email, folded_email, display_name, disabled, created_at,
              last_sign_in_at, sign_in_epoch, languages, verified_email, verified_at, codes_off_by_owner, codes_off_by_administrator)
            VALUES (@Id, @UserName, @FoldedUserName, @Email, @FoldedEmail, @DisplayName, @Disabled, @CreatedAt,
              @LastSignInAt, @SignInEpoch, @Languages, @VerifiedEmail, @VerifiedAt, @CodesOffByOwner, @CodesOffByAdministrator)
            ON CONFLICT DO NOTHING
            """,
            ValuesOf(account));
        if (added == 0)
            return false;
        await SetGroupsAsync(account);
        await SetSearchTextAsync(account);
        return true;
    }

    public async Task UpdateAsync(Account seen, Account wanted)
    {
        await scope.ExecuteAsync(
            """
            UPDATE accounts SET user_name = @UserName, folded_user_name = @FoldedUserName, email = @Email, folded_email = @FoldedEmail,
              display_name = @DisplayName, disabled = @Disabled, last_sign_in_at = @LastSignInAt, sign_in_epoch = @SignInEpoch,
              languages = @Languages, verified_email = @VerifiedEmail, verified_at = @VerifiedAt,
              codes_off_by_owner = @CodesOffByOwner, codes_off_by_administrator = @CodesOffByAdministrator
            WHERE id = @Id
            """,
            ValuesOf(wanted));
        if (!seen.Groups.SequenceEqual(wanted.Groups, StringComparer.Ordinal))
            await SetGroupsAsync(wanted);
        if (TextOf(seen) != TextOf(wanted))
            await SetSearchTextAsync(wanted);
    }

    // The row takes with it what refers to it.
    public Task DeleteAsync(string id) => scope.ExecuteAsync("DELETE FROM accounts WHERE id = @Id", new { Id = id });

    private async Task<Account?> FindAsync(string condition, string key) => await AccountRow.FindAsync(scope, condition, new { Key = key });

    private async Task SetGroupsAsync(Account account)
    {
        await scope.ExecuteAsync("DELETE FROM account_groups WHERE account_id = @Id", new { account.Id });
        foreach (var (position, name) in account.Groups.Index())
        {
            await scope.ExecuteAsync(
                "INSERT INTO account_groups (account_id, position, group_name) VALUES (@Id, @Position, @Name)",
                new { account.Id, Position = (long)position, Name = name });
        }
    }

    /// <summary>What accounts are searched by is a row of its own: a search for a part of a name reads them all.</summary>
    private Task<int> SetSearchTextAsync(Account account) => scope.ExecuteAsync(
        """
        INSERT INTO account_search (folded_user_name, account_id, search_text) VALUES (@FoldedUserName, @Id, @Text)
        ON CONFLICT (account_id) DO UPDATE SET folded_user_name = excluded.folded_user_name, search_text = excluded.search_text
        """,
        new { FoldedUserName = UserNames.Fold(account.UserName), account.Id, Text = TextOf(account) });

    // A line each: no word is found across the end of one field and the beginning of the next.
    private static string TextOf(Account account) =>
        string.Join('\n', UserNames.Fold(account.UserName), EmailAddress.Fold(account.Email), UserNames.Fold(account.DisplayName));

    private static object ValuesOf(Account account) => new
    {
        account.Id,
        account.UserName,
        FoldedUserName = UserNames.Fold(account.UserName),
        account.Email,
        FoldedEmail = EmailAddress.Fold(account.Email),
        account.DisplayName,
        Disabled = Columns.FromFlag(account.Disabled),
        CreatedAt = Columns.FromTime(account.CreatedAt),
        LastSignInAt = Columns.FromTime(account.LastSignInAt),
        account.SignInEpoch,
        account.Languages,
        account.VerifiedEmail,
        VerifiedAt = Columns.FromTime(account.VerifiedAt),
        CodesOffByOwner = Columns.FromFlag(account.Codes.OffByOwner),
        CodesOffByAdministrator = Columns.FromFlag(account.Codes.OffByAdministrator),
    };
}
