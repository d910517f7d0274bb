using MfaGateway.Core.Storage;

namespace MfaGateway.Storage.Sql;

public sealed class SqlSigningKeyStore : ISigningKeyStore
{
    private readonly SqlDatabase _database;

    internal SqlSigningKeyStore(SqlDatabase database) => _database = database;

    public Task<IReadOnlyList<SigningKeyRow>> ListAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<SigningKeyRow>>(
            async scope =>
            {
                var rows = await scope.ListAsync<KeyRow>(
                    """
                    SELECT generation AS Generation, kid AS Kid, protected_pkcs8 AS ProtectedPkcs8, created_at AS CreatedAt,
                      activates_at AS ActivatesAt
                    FROM signing_keys ORDER BY generation
                    """);
                return [.. rows.Select(row => row.ToKey())];
            },
            cancellationToken);

    public Task<bool> TryAddAsync(SigningKeyRow row, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope => await scope.ExecuteAsync(
                """
                INSERT INTO signing_keys (generation, kid, protected_pkcs8, created_at, activates_at)
                VALUES (@Generation, @Kid, @ProtectedPkcs8, @CreatedAt, @ActivatesAt)
                ON CONFLICT DO NOTHING
                """,
                KeyRow.From(row)) == 1,
            cancellationToken);

    public Task<int> DeleteUpToAsync(long generation, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            scope => scope.ExecuteAsync(
                "DELETE FROM signing_keys WHERE generation <= @Generation", new { Generation = generation }),
            cancellationToken);

    private sealed record KeyRow(long Generation, string Kid, byte[] ProtectedPkcs8, long CreatedAt, long ActivatesAt)
    {
        public static KeyRow From(SigningKeyRow row) => new(
            row.Generation, row.Kid, row.ProtectedPkcs8, Columns.FromTime(row.CreatedAt), Columns.FromTime(row.ActivatesAt));

        public SigningKeyRow ToKey() => new(
            Generation, Kid, ProtectedPkcs8, Columns.ToTime(CreatedAt), Columns.ToTime(ActivatesAt));
    }
}
