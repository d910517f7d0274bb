using System.Security.Cryptography;

namespace MfaGateway.Storage.Sql;

/// <summary>The token that makes the first administrator, of which there is at most one: a fact of its hash and the time at which it ends.</summary>
internal static class SetupTokens
{
    // The hash is that of SecretToken: 32 bytes. What follows is 8 bytes of time, which engines order as times: see Columns.ToBytes.
    private const string Good = "FROM facts WHERE name = @Name AND substr(value, 1, 32) = @TokenHash AND substr(value, 33) > @Now";

    public static Task<int> SetAsync(SqlScope scope, byte[] tokenHash, DateTimeOffset expiresAt)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tokenHash.Length, SHA256.HashSizeInBytes, nameof(tokenHash));
        return scope.ExecuteAsync(
            """
            INSERT INTO facts (name, value) VALUES (@Name, @Value)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """,
            new { Name = FactNames.SetupToken, Value = (byte[])[.. tokenHash, .. Columns.ToBytes(expiresAt)] });
    }

    public static async Task<bool> AnyAsync(SqlScope scope) =>
        await scope.ScalarAsync<long>("SELECT COUNT(*) FROM facts WHERE name = @Name", new { Name = FactNames.SetupToken }) == 1;

    public static async Task<bool> IsGoodAsync(SqlScope scope, byte[] tokenHash, DateTimeOffset now) =>
        await scope.ScalarAsync<long>($"SELECT COUNT(*) {Good}", KeyOf(tokenHash, now)) == 1;

    /// <summary>Spends the token. Its row is held until the transaction ends.</summary>
    public static async Task<bool> TrySpendAsync(SqlScope scope, byte[] tokenHash, DateTimeOffset now) =>
        await scope.ExecuteAsync($"DELETE {Good}", KeyOf(tokenHash, now)) == 1;

    /// <summary>Makes the token worth nothing.</summary>
    public static Task VoidAsync(SqlScope scope) =>
        scope.ExecuteAsync("DELETE FROM facts WHERE name = @Name", new { Name = FactNames.SetupToken });

    private static object KeyOf(byte[] tokenHash, DateTimeOffset now) =>
        new { Name = FactNames.SetupToken, TokenHash = tokenHash, Now = Columns.ToBytes(now) };
}
