using MfaGateway.Core.Sessions;

namespace MfaGateway.Storage.Sql;

public sealed class SqlKnownBrowserStore : IKnownBrowserStore
{
    private const string Selected =
        """
        SELECT id AS Id, token_hash AS TokenHash, account_id AS AccountId, client_address AS ClientAddress, user_agent AS UserAgent,
          created_at AS CreatedAt, last_used_at AS LastUsedAt, expires_at AS ExpiresAt
        FROM known_browsers
        """;

    /// <summary>A disabled account has no known browsers: they would give its password counters that are of no use.</summary>
    private const string OfOpenAccount = "EXISTS (SELECT 1 FROM accounts WHERE accounts.id = known_browsers.account_id AND disabled = 0)";

    private readonly SqlDatabase _database;

    internal SqlKnownBrowserStore(SqlDatabase database) => _database = database;

    public Task<KnownBrowser?> FindAsync(byte[] tokenHash, string accountId, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => (await scope.FindAsync<BrowserRow>(
                $"{Selected} WHERE token_hash = @TokenHash AND account_id = @AccountId AND last_used_at <= @Latest AND expires_at > @Now AND {OfOpenAccount}",
                new { TokenHash = tokenHash, AccountId = accountId, Now = Columns.FromTime(now), Latest = Columns.LatestOf(now) }))?.ToBrowser(),
            cancellationToken);

    public Task<bool> AnyAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => await scope.ScalarAsync<string>(
                "SELECT id FROM known_browsers WHERE token_hash = @TokenHash AND expires_at > @Now LIMIT 1",
                new { TokenHash = tokenHash, Now = Columns.FromTime(now) }) is not null,
            cancellationToken);

    public Task RememberAsync(KnownBrowser browser, string sessionId, int most, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                // Whoever ends sessions and forgets browsers holds the account's row as well, so it comes before or after.
                if (!await SignedInState.LockAccountAsync(scope, browser.AccountId)
                    || await scope.ScalarAsync<string>(
                        "SELECT id FROM sessions WHERE id = @SessionId AND account_id = @AccountId", new { SessionId = sessionId, browser.AccountId }) is null)
                    return false;

                await AddOrRenewAsync(scope, browser);
                await scope.ExecuteAsync(
                    """
                    DELETE FROM known_browsers WHERE account_id = @AccountId AND id NOT IN (
                      SELECT id FROM known_browsers WHERE account_id = @AccountId ORDER BY last_used_at DESC, id LIMIT @Most)
                    """,
                    new { browser.AccountId, Most = (long)most });
                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<KnownBrowser>> ListAsync(string accountId, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<KnownBrowser>>(
            async scope =>
            {
                var rows = await scope.ListAsync<BrowserRow>(
                    $"{Selected} WHERE account_id = @AccountId AND expires_at > @Now ORDER BY last_used_at DESC, id",
                    new { AccountId = accountId, Now = Columns.FromTime(now) });
                return [.. rows.Select(row => row.ToBrowser())];
            },
            cancellationToken);

    public Task<bool> ForgetAsync(string accountId, string id, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope => await scope.ExecuteAsync(
                "DELETE FROM known_browsers WHERE id = @Id AND account_id = @AccountId", new { Id = id, AccountId = accountId }) == 1,
            cancellationToken);

    /// <summary>Makes every browser unknown to an account, within somebody's transaction that holds the account's row.</summary>
    internal static Task ForgetAllOfAsync(SqlScope scope, string accountId) =>
        scope.ExecuteAsync("DELETE FROM known_browsers WHERE account_id = @AccountId", new { AccountId = accountId });

    private static Task<int> AddOrRenewAsync(SqlScope scope, KnownBrowser browser) =>
        scope.ExecuteAsync(
            """
            INSERT INTO known_browsers (id, token_hash, account_id, client_address, user_agent, created_at, last_used_at, expires_at)
            VALUES (@Id, @TokenHash, @AccountId, @ClientAddress, @UserAgent, @CreatedAt, @LastUsedAt, @ExpiresAt)
            ON CONFLICT (token_hash, account_id) DO UPDATE SET client_address = excluded.client_address,
              user_agent = excluded.user_agent, last_used_at = excluded.last_used_at, expires_at = excluded.expires_at
            """,
            BrowserRow.From(browser));

    private sealed record BrowserRow(
        string Id, byte[] TokenHash, string AccountId, string ClientAddress, string UserAgent, long CreatedAt, long LastUsedAt, long ExpiresAt)
    {
        public static BrowserRow From(KnownBrowser browser) => new(
            browser.Id, browser.TokenHash, browser.AccountId, browser.ClientAddress, browser.UserAgent,
            Columns.FromTime(browser.CreatedAt), Columns.FromTime(browser.LastUsedAt), Columns.FromTime(browser.ExpiresAt));

        public KnownBrowser ToBrowser() => new(
            Id, TokenHash, AccountId, ClientAddress, UserAgent, Columns.ToTime(CreatedAt), Columns.ToTime(LastUsedAt), Columns.ToTime(ExpiresAt));
    }
}
