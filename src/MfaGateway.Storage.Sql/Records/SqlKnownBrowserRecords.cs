using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlKnownBrowserRecords(SqlScope scope) : IKnownBrowserRecords
{
    private const string Selected =
        """
        SELECT id AS Id, token_hash AS TokenHash, account_id AS AccountId, client_address AS ClientAddress, user_agent AS UserAgent,
          created_at AS CreatedAt, last_used_at AS LastUsedAt, expires_at AS ExpiresAt
        FROM known_browsers
        """;

    public async Task<KnownBrowser?> FindAsync(byte[] tokenHash, string accountId) =>
        (await scope.FindAsync<Row>(
            $"{Selected} WHERE token_hash = @TokenHash AND account_id = @AccountId",
            new { TokenHash = tokenHash, AccountId = accountId }))?.ToBrowser();

    public async Task<bool> AnyAsync(byte[] tokenHash, DateTimeOffset now) =>
        await scope.ScalarAsync<string>(
            "SELECT id FROM known_browsers WHERE token_hash = @TokenHash AND expires_at > @Now LIMIT 1",
            new { TokenHash = tokenHash, Now = Columns.FromTime(now) }) is not null;

    public Task SetAsync(KnownBrowser browser) => scope.ExecuteAsync(
        """
        INSERT INTO known_browsers (id, token_hash, account_id, client_address, user_agent, created_at, last_used_at, expires_at)
        VALUES (@Id, @TokenHash, @AccountId, @ClientAddress, @UserAgent, @CreatedAt, @LastUsedAt, @ExpiresAt)
        ON CONFLICT (token_hash, account_id) DO UPDATE SET client_address = excluded.client_address,
          user_agent = excluded.user_agent, last_used_at = excluded.last_used_at, expires_at = excluded.expires_at
        """,
        Row.From(browser));

    public async Task<IReadOnlyList<KnownBrowser>> ListAsync(string accountId) =>
    [
        .. (await scope.ListAsync<Row>(
            $"{Selected} WHERE account_id = @AccountId ORDER BY last_used_at DESC, id", new { AccountId = accountId })).Select(row => row.ToBrowser()),
    ];

    public async Task<bool> TryDeleteAsync(string accountId, string id) =>
        await scope.ExecuteAsync(
            "DELETE FROM known_browsers WHERE id = @Id AND account_id = @AccountId", new { Id = id, AccountId = accountId }) == 1;

    public Task DeleteAllAsync(string accountId) =>
        scope.ExecuteAsync("DELETE FROM known_browsers WHERE account_id = @AccountId", new { AccountId = accountId });

    private sealed record Row(
        string Id, byte[] TokenHash, string AccountId, string ClientAddress, string UserAgent, long CreatedAt, long LastUsedAt, long ExpiresAt)
    {
        public static Row From(KnownBrowser browser) => new(
            browser.Id, browser.TokenHash, browser.AccountId, browser.ClientAddress, browser.UserAgent,
            Columns.FromTime(browser.CreatedAt), Columns.FromTime(browser.LastUsedAt), Columns.FromTime(browser.ExpiresAt));

        public KnownBrowser ToBrowser() => new(
            Id, TokenHash, AccountId, ClientAddress, UserAgent, Columns.ToTime(CreatedAt), Columns.ToTime(LastUsedAt), Columns.ToTime(ExpiresAt));
    }
}
