using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Mail;

namespace MfaGateway.Storage.Sql;

public sealed class SqlPasswordStore : IPasswordStore
{
    private readonly SqlDatabase _database;

    internal SqlPasswordStore(SqlDatabase database) => _database = database;

    public Task<string?> FindHashAsync(string accountId, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            scope => scope.ScalarAsync<string>(
                "SELECT hash FROM passwords WHERE account_id = @AccountId", new { AccountId = accountId }),
            cancellationToken);

    public Task<DateTimeOffset?> FindSetAtAsync(string accountId, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => Columns.ToTime(await scope.ScalarAsync<long?>(
                "SELECT set_at FROM passwords WHERE account_id = @AccountId", new { AccountId = accountId })),
            cancellationToken);

    public Task<bool> RestsOnMailboxAsync(string accountId, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => await scope.ScalarAsync<long>(
                "SELECT by_mail FROM passwords WHERE account_id = @AccountId", new { AccountId = accountId }) != 0,
            cancellationToken);

    public Task<bool> SetHashAsync(
        string accountId, string hash, DateTimeOffset at, IReadOnlyList<OutboxMail> mails, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                if (!await SignedInState.LockAccountAsync(scope, accountId))
                    return false;
                await SetHashAsync(scope, accountId, hash, byMail: false, at);
                await SqlMailOutbox.EnqueueAsync(scope, mails);
                await scope.RaiseChangeMarkAsync(accountId);
                return true;
            },
            cancellationToken);

    public Task<bool> TryReplaceHashAsync(string accountId, string oldHash, string newHash, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope => await scope.ExecuteAsync(
                "UPDATE passwords SET hash = @NewHash WHERE account_id = @AccountId AND hash = @OldHash",
                new { AccountId = accountId, OldHash = oldHash, NewHash = newHash }) == 1,
            cancellationToken);

    /// <summary>
    /// Sets a password and ends what was begun with the old one, links that set another one included. The transaction
    /// holds the account's row.
    /// </summary>
    /// <param name="byMail">See <see cref="Proof.ByMail"/>.</param>
    internal static async Task SetHashAsync(SqlScope scope, string accountId, string hash, bool byMail, DateTimeOffset at)
    {
        await scope.ExecuteAsync(
            """
            INSERT INTO passwords (account_id, hash, set_at, by_mail) VALUES (@AccountId, @Hash, @SetAt, @ByMail)
            ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at, by_mail = excluded.by_mail
            """,
            new { AccountId = accountId, Hash = hash, SetAt = Columns.FromTime(at), ByMail = Columns.FromFlag(byMail) });
        await SqlPasswordTokenStore.VoidAllAsync(scope, accountId);
        await SignedInState.EndAllOfAsync(scope, accountId);
    }
}
