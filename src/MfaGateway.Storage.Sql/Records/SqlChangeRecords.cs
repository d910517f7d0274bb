using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlChangeRecords(SqlScope scope) : IChangeRecords
{
    // The mark's row is held until the transaction ends, so marks become visible in their order.
    public async Task AddAsync(string accountId)
    {
        var mark = await scope.ChangeAsync<long>("UPDATE change_marks SET mark = mark + 1 WHERE id = 1 RETURNING mark");
        await scope.ExecuteAsync(
            "INSERT INTO account_changes (mark, account_id) VALUES (@Mark, @AccountId)", new { Mark = mark, AccountId = accountId });
    }

    public async Task<ChangeList?> ReadAsync(long since, int most)
    {
        // One statement, so that the mark and the list are of the same moment.
        var rows = await scope.ListAsync<Row>(
            """
            SELECT change_marks.mark AS Mark, account_changes.account_id AS AccountId
            FROM change_marks LEFT JOIN account_changes
              ON account_changes.mark > @Since AND change_marks.mark - @Since <= @Most
            WHERE change_marks.id = 1
            """,
            new { Since = since, Most = (long)most });
        return rows.Count == 0 ? null : new ChangeList(rows[0].Mark, [.. rows.Select(row => row.AccountId).OfType<string>()]);
    }

    public Task<int> TrimAsync(int kept) => scope.ExecuteAsync(
        $"""
        DELETE FROM account_changes WHERE mark IN (
          SELECT mark FROM account_changes
          WHERE mark <= (SELECT mark - @Kept FROM change_marks WHERE id = 1){scope.Dialect.LockFreeRows})
        """,
        new { Kept = (long)kept });

    private sealed record Row(long Mark, string? AccountId);
}
