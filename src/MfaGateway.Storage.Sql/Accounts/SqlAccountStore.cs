using MfaGateway.Core.Accounts;

namespace MfaGateway.Storage.Sql;

public sealed class SqlAccountStore : IAccountStore
{
    private readonly SqlDatabase _database;

    internal SqlAccountStore(SqlDatabase database) => _database = database;

    public Task<AddAccountResult> AddAsync(Account account, string passwordHash, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                await LastAdministrator.LockAsync(scope);
                // Once there is an account the first-run token is worth nothing. Taking its row also makes
                // AddFirstAsync, which needs it, wait for this transaction.
                await SetupTokens.VoidAsync(scope);
                return await InsertAsync(scope, account, passwordHash);
            },
            cancellationToken);

    public Task<AddAccountResult> AddFirstAsync(
        Account account, string passwordHash, byte[] setupTokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                await LastAdministrator.LockAsync(scope);
                if (await SetupTokens.TrySpendAsync(scope, setupTokenHash, now) && !await AnyInGroupsAsync(scope, account.Groups))
                    return await InsertAsync(scope, account, passwordHash);
                scope.Undo();
                return AddAccountResult.NotAllowed;
            },
            cancellationToken);

    public Task<Account?> FindAsync(string id, CancellationToken cancellationToken) =>
        FindAsync("accounts.id = @Key", id, cancellationToken);

    public Task<Account?> FindByUserNameAsync(string foldedUserName, CancellationToken cancellationToken) =>
        FindAsync("folded_user_name = @Key", foldedUserName, cancellationToken);

    public Task<Account?> FindByEmailAsync(string foldedEmail, CancellationToken cancellationToken) =>
        FindAsync("folded_email = @Key", foldedEmail, cancellationToken);

    public Task<Account?> FindForSignInAsync(SignInName name, CancellationToken cancellationToken) =>
        _database.ReadAsync(scope => AccountRows.FindAsync(scope, SignInNames.Condition, name), cancellationToken);

    public Task<string?> FindDeletedNameAsync(string id, CancellationToken cancellationToken) =>
        _database.ReadAsync(scope => DeletedAccounts.FindNameAsync(scope, id), cancellationToken);

    public Task<string?> FindDeletedIdAsync(string foldedUserName, CancellationToken cancellationToken) =>
        _database.ReadAsync(scope => DeletedAccounts.FindIdAsync(scope, foldedUserName), cancellationToken);

    public Task<bool> IsSetupOfferedAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(SetupTokens.AnyAsync, cancellationToken);

    public Task<bool> IsSetupTokenGoodAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.ReadAsync(scope => SetupTokens.IsGoodAsync(scope, tokenHash, now), cancellationToken);

    public Task<bool> AnyAsync(CancellationToken cancellationToken) => _database.ReadAsync(AnyAsync, cancellationToken);

    public Task RecordSignInAsync(string id, DateTimeOffset at, string? languages, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            scope => scope.ExecuteAsync(
                """
                UPDATE accounts SET last_sign_in_at = @At, languages = COALESCE(@Languages, languages)
                WHERE id = @Id AND COALESCE(last_sign_in_at, @At - 1) < @At
                """,
                new { At = Columns.FromTime(at), Languages = languages, Id = id }),
            cancellationToken);

    public Task SetSetupTokenAsync(byte[] tokenHash, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        _database.WriteAsync(scope => SetupTokens.SetAsync(scope, tokenHash, expiresAt), cancellationToken);

    /// <summary>
    /// Adds an account without a password that an operator makes. Once there is one the first-run token is worth nothing; taking
    /// its row also makes <see cref="AddFirstAsync"/>, which needs it, wait for this transaction.
    /// </summary>
    internal static async Task<AddAccountResult> InsertInvitedAsync(SqlScope scope, Account account)
    {
        await LastAdministrator.LockAsync(scope);
        await SetupTokens.VoidAsync(scope);
        return await InsertAsync(scope, account);
    }

    /// <summary>Adds a stranger's account. It takes nothing from operators: the first-run token stays good.</summary>
    internal static async Task<AddAccountResult> InsertRegisteredAsync(SqlScope scope, Account account)
    {
        await LastAdministrator.LockAsync(scope);
        return await InsertAsync(scope, account);
    }

    /// <summary>Strangers who registered themselves are in no group: they count as no administrator.</summary>
    private static async Task<bool> AnyInGroupsAsync(SqlScope scope, IReadOnlyList<string> groups)
    {
        foreach (var group in groups)
        {
            if (await scope.ScalarAsync<long>("SELECT COUNT(*) FROM account_groups WHERE group_name = @Group", new { Group = group }) > 0)
                return true;
        }

        return false;
    }

    private static async Task<bool> AnyAsync(SqlScope scope) =>
        await scope.ScalarAsync<long>("SELECT COUNT(*) FROM (SELECT id FROM accounts LIMIT 1) AS one") == 1;

    /// <summary>Adds an account without a password. Under <see cref="LastAdministrator.LockAsync"/>.</summary>
    internal static async Task<AddAccountResult> InsertAsync(SqlScope scope, Account account)
    {
        var foldedEmail = EmailAddress.Fold(account.Email);
        if (foldedEmail.Length == 0)
            throw new ArgumentException("Not one plain e-mail address.", nameof(account));

        var added = await scope.ExecuteAsync(
            """
            INSERT INTO accounts (id, user_name, folded_user_name, email, folded_email, display_name,
              disabled, created_at, last_sign_in_at)
            VALUES (@Id, @UserName, @FoldedUserName, @Email, @FoldedEmail, @DisplayName,
              @Disabled, @CreatedAt, @LastSignInAt)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                account.Id,
                account.UserName,
                FoldedUserName = UserNames.Fold(account.UserName),
                account.Email,
                FoldedEmail = foldedEmail,
                account.DisplayName,
                Disabled = Columns.FromFlag(account.Disabled),
                CreatedAt = Columns.FromTime(account.CreatedAt),
                LastSignInAt = Columns.FromTime(account.LastSignInAt),
            });
        if (added == 0)
        {
            scope.Undo();
            return await ExplainConflictAsync(scope, account);
        }

        if (await FindClashAsync(scope, account) is { } clash)
        {
            scope.Undo();
            return clash;
        }

        await AccountGroups.SetAsync(scope, account.Id, account.Groups);
        await SearchTexts.SetAsync(scope, account.Id, account.UserName, account.Email, account.DisplayName);
        return AddAccountResult.Added;
    }

    private static async Task<AddAccountResult?> FindClashAsync(SqlScope scope, Account account)
    {
        if (await SignInNames.IsAddressOfAnotherAsync(scope, account.Id, account.UserName))
            return AddAccountResult.UserNameIsAddress;
        return await SignInNames.IsUserNameOfAnotherAsync(scope, account.Id, account.Email) ? AddAccountResult.EmailIsUserName : null;
    }

    private static async Task<AddAccountResult> InsertAsync(SqlScope scope, Account account, string passwordHash)
    {
        var result = await InsertAsync(scope, account);
        if (result == AddAccountResult.Added)
        {
            await scope.ExecuteAsync(
                "INSERT INTO passwords (account_id, hash, set_at) VALUES (@Id, @Hash, @SetAt)",
                new { account.Id, Hash = passwordHash, SetAt = Columns.FromTime(account.CreatedAt) });
        }

        return result;
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
        _database.ReadAsync(scope => AccountRows.FindAsync(scope, condition, new { Key = key }), cancellationToken);
}
