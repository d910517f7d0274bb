using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlPasswordRecords(SqlScope scope) : IPasswordRecords
{
    public async Task<PasswordRecord?> FindAsync(string accountId) =>
        await scope.FindAsync<Row>(
            "SELECT hash AS Hash, set_at AS SetAt, by_mail AS ByMail FROM passwords WHERE account_id = @AccountId", new { AccountId = accountId }) is { } row
            ? new PasswordRecord(row.Hash, Columns.ToTime(row.SetAt), row.ByMail != 0)
            : null;

    public Task SetAsync(string accountId, PasswordRecord password) => scope.ExecuteAsync(
        """
        INSERT INTO passwords (account_id, hash, set_at, by_mail) VALUES (@AccountId, @Hash, @SetAt, @ByMail)
        ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at, by_mail = excluded.by_mail
        """,
        new { AccountId = accountId, password.Hash, SetAt = Columns.FromTime(password.SetAt), ByMail = Columns.FromFlag(password.ByMail) });

    public async Task<bool> TryReplaceHashAsync(string accountId, string oldHash, string newHash) =>
        await scope.ExecuteAsync(
            "UPDATE passwords SET hash = @NewHash WHERE account_id = @AccountId AND hash = @OldHash",
            new { AccountId = accountId, OldHash = oldHash, NewHash = newHash }) == 1;

    private sealed record Row(string Hash, long SetAt, long ByMail)
    {
        public override string ToString() => nameof(SqlPasswordRecords);
    }
}
