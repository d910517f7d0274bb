using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlDeletedAccountRecords(SqlScope scope) : IDeletedAccountRecords
{
    public Task AddAsync(string accountId, string userName, DateTimeOffset at) => scope.ExecuteAsync(
        """
        INSERT INTO deleted_accounts (account_id, user_name, folded_user_name, deleted_at) VALUES (@AccountId, @UserName, @Folded, @At)
        ON CONFLICT (account_id) DO NOTHING
        """,
        new { AccountId = accountId, UserName = userName, Folded = UserNames.Fold(userName), At = Columns.FromTime(at) });

    public Task<string?> FindNameAsync(string accountId) =>
        scope.ScalarAsync<string>("SELECT user_name FROM deleted_accounts WHERE account_id = @AccountId", new { AccountId = accountId });

    public Task<string?> FindIdAsync(string foldedUserName) => scope.ScalarAsync<string>(
        "SELECT account_id FROM deleted_accounts WHERE folded_user_name = @Folded ORDER BY deleted_at DESC, account_id LIMIT 1",
        new { Folded = foldedUserName });

    public Task TrimAsync(DateTimeOffset olderThan) =>
        scope.ExecuteAsync("DELETE FROM deleted_accounts WHERE deleted_at < @OlderThan", new { OlderThan = Columns.FromTime(olderThan) });

    public async Task<IReadOnlyList<DeletedAccount>> ListAllAsync(string after, int count) =>
    [
        .. (await scope.ListAsync<Row>(
            """
            SELECT account_id AS Id, user_name AS UserName, deleted_at AS DeletedAt
            FROM deleted_accounts WHERE account_id > @After ORDER BY account_id LIMIT @Count
            """,
            new { After = after, Count = (long)count })).Select(row => new DeletedAccount(row.Id, row.UserName, Columns.ToTime(row.DeletedAt))),
    ];

    private sealed record Row(string Id, string UserName, long DeletedAt);
}
