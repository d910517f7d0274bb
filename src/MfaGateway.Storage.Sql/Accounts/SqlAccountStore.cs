using MfaGateway.Core.Accounts;

namespace MfaGateway.Storage.Sql;

public sealed class SqlAccountStore : IAccountStore
{
    private const string Selected =
        """
        SELECT id AS Id, user_name AS UserName, email AS Email, display_name AS DisplayName, group_names AS GroupNames,
          disabled AS Disabled, created_at AS CreatedAt, last_sign_in_at AS LastSignInAt, sign_in_epoch AS SignInEpoch
        FROM accounts
        """;

    private readonly SqlDatabase _database;

    internal SqlAccountStore(SqlDatabase database) => _database = database;

    public Task<AddAccountResult> AddAsync(Account account, string passwordHash, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                // Once there is an account the first-run token is worth nothing. Taking its row also makes
                // AddFirstAsync, which needs it, wait for this transaction.
                await scope.ExecuteAsync("DELETE FROM setup_tokens WHERE id = 1");
                return await InsertAsync(scope, account, passwordHash);
            },
            cancellationToken);

    public Task<AddAccountResult> AddFirstAsync(
        Account account, string passwordHash, byte[] setupTokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var spent = await scope.ExecuteAsync(
                    "DELETE FROM setup_tokens WHERE id = 1 AND token_hash = @TokenHash AND expires_at > @Now",
                    new { TokenHash = setupTokenHash, Now = Columns.FromTime(now) });
                if (spent == 1 && !await AnyAsync(scope))
                    return await InsertAsync(scope, account, passwordHash);
                scope.Undo();
                return AddAccountResult.NotAllowed;
            },
            cancellationToken);

    public Task<Account?> FindAsync(string id, CancellationToken cancellationToken) =>
        FindAsync("WHERE id = @Key", id, cancellationToken);

    public Task<Account?> FindByUserNameAsync(string foldedUserName, CancellationToken cancellationToken) =>
        FindAsync("WHERE folded_user_name = @Key", foldedUserName, cancellationToken);

    public Task<IReadOnlyList<Account>> ListAsync(string? afterFoldedUserName, int count, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<Account>>(
            async scope =>
            {
                var rows = await scope.ListAsync<AccountRow>(
                    $"{Selected} WHERE folded_user_name > @After ORDER BY folded_user_name LIMIT @Count",
                    new { After = afterFoldedUserName ?? "", Count = (long)count });
                return [.. rows.Select(row => row.ToAccount())];
            },
            cancellationToken);

    public Task<bool> AnyAsync(CancellationToken cancellationToken) => _database.ReadAsync(AnyAsync, cancellationToken);

    public Task<bool> SetDisabledAsync(string id, bool disabled, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var found = await scope.ExecuteAsync(
                    "UPDATE accounts SET disabled = @Disabled WHERE id = @Id", new { Disabled = Columns.FromFlag(disabled), Id = id });
                if (found == 0)
                    return false;
                if (disabled)
                    await SignedInState.EndAllOfAsync(scope, id);
                await scope.RaiseChangeMarkAsync(id);
                return true;
            },
            cancellationToken);

    public Task RecordSignInAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            scope => scope.ExecuteAsync(
                "UPDATE accounts SET last_sign_in_at = @At WHERE id = @Id AND COALESCE(last_sign_in_at, @At - 1) < @At",
                new { At = Columns.FromTime(at), Id = id }),
            cancellationToken);

    public Task SetSetupTokenAsync(byte[] tokenHash, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            scope => scope.ExecuteAsync(
                """
                INSERT INTO setup_tokens (id, token_hash, expires_at) VALUES (1, @TokenHash, @ExpiresAt)
                ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at
                """,
                new { TokenHash = tokenHash, ExpiresAt = Columns.FromTime(expiresAt) }),
            cancellationToken);

    private static async Task<bool> AnyAsync(SqlScope scope) =>
        await scope.ScalarAsync<long>("SELECT COUNT(*) FROM (SELECT id FROM accounts LIMIT 1) AS one") == 1;

    private static async Task<AddAccountResult> InsertAsync(SqlScope scope, Account account, string passwordHash)
    {
        var row = AccountRow.From(account);
        var foldedEmail = EmailAddress.Fold(account.Email);
        if (foldedEmail.Length == 0)
            throw new ArgumentException("Not one plain e-mail address.", nameof(account));

        var added = await scope.ExecuteAsync(
            """
            INSERT INTO accounts (id, user_name, folded_user_name, email, folded_email, display_name, group_names,
              disabled, created_at, last_sign_in_at)
            VALUES (@Id, @UserName, @FoldedUserName, @Email, @FoldedEmail, @DisplayName, @GroupNames,
              @Disabled, @CreatedAt, @LastSignInAt)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                row.Id,
                row.UserName,
                FoldedUserName = UserNames.Fold(account.UserName),
                row.Email,
                FoldedEmail = foldedEmail,
                row.DisplayName,
                row.GroupNames,
                row.Disabled,
                row.CreatedAt,
                row.LastSignInAt,
            });
        if (added == 0)
        {
            scope.Undo();
            return await ExplainConflictAsync(scope, account);
        }

        await scope.ExecuteAsync(
            "INSERT INTO passwords (account_id, hash, set_at) VALUES (@Id, @Hash, @SetAt)",
            new { row.Id, Hash = passwordHash, SetAt = row.CreatedAt });
        return AddAccountResult.Added;
    }

    private static async Task<AddAccountResult> ExplainConflictAsync(SqlScope scope, Account account)
    {
        var sameName = await scope.ScalarAsync<long>(
            "SELECT COUNT(*) FROM accounts WHERE folded_user_name = @Folded", new { Folded = UserNames.Fold(account.UserName) });
        if (sameName > 0)
            return AddAccountResult.UserNameTaken;
        var sameEmail = await scope.ScalarAsync<long>(
            "SELECT COUNT(*) FROM accounts WHERE folded_email = @Folded", new { Folded = EmailAddress.Fold(account.Email) });
        return sameEmail > 0
            ? AddAccountResult.EmailTaken
            : throw new InvalidOperationException($"There is an account with the id {account.Id} already.");
    }

    private Task<Account?> FindAsync(string condition, string key, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => (await scope.FindAsync<AccountRow>($"{Selected} {condition}", new { Key = key }))?.ToAccount(),
            cancellationToken);

    private sealed record AccountRow(
        string Id, string UserName, string Email, string DisplayName, string GroupNames, long Disabled, long CreatedAt,
        long? LastSignInAt, long SignInEpoch)
    {
        public static AccountRow From(Account account) => new(
            account.Id, account.UserName, account.Email, account.DisplayName, Columns.FromGroups(account.Groups),
            Columns.FromFlag(account.Disabled), Columns.FromTime(account.CreatedAt), Columns.FromTime(account.LastSignInAt),
            account.SignInEpoch);

        public Account ToAccount() => new(
            Id, UserName, Email, DisplayName, Columns.ToGroups(GroupNames), Disabled != 0, Columns.ToTime(CreatedAt),
            Columns.ToTime(LastSignInAt))
        { SignInEpoch = SignInEpoch };
    }
}
