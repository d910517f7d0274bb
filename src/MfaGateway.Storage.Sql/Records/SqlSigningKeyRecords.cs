using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlSigningKeyRecords(SqlScope scope) : ISigningKeyRecords
{
    public async Task<IReadOnlyList<SigningKeyRow>> ListAsync() =>
    [
        .. (await scope.ListAsync<Row>(
            """
            SELECT generation AS Generation, kid AS Kid, protected_pkcs8 AS ProtectedPkcs8, created_at AS CreatedAt,
              activates_at AS ActivatesAt
            FROM signing_keys ORDER BY generation
            """)).Select(row => row.ToKey()),
    ];

    public async Task<bool> TryAddAsync(SigningKeyRow row) =>
        await scope.ExecuteAsync(
            """
            INSERT INTO signing_keys (generation, kid, protected_pkcs8, created_at, activates_at)
            VALUES (@Generation, @Kid, @ProtectedPkcs8, @CreatedAt, @ActivatesAt)
            ON CONFLICT DO NOTHING
            """,
            Row.From(row)) == 1;

    public Task<int> DeleteUpToAsync(long generation) =>
        scope.ExecuteAsync("DELETE FROM signing_keys WHERE generation <= @Generation", new { Generation = generation });

    private sealed record Row(long Generation, string Kid, byte[] ProtectedPkcs8, long CreatedAt, long ActivatesAt)
    {
        public static Row From(SigningKeyRow row) => new(
            row.Generation, row.Kid, row.ProtectedPkcs8, Columns.FromTime(row.CreatedAt), Columns.FromTime(row.ActivatesAt));

        public SigningKeyRow ToKey() => new(
            Generation, Kid, ProtectedPkcs8, Columns.ToTime(CreatedAt), Columns.ToTime(ActivatesAt));
    }
}
