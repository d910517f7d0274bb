using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Sessions;

/// <summary>Keeps which browsers an account knows.</summary>
public sealed class KnownBrowserStore(Transactions transactions) : IKnownBrowserStore
{
    public Task<KnownBrowser?> FindAsync(byte[] tokenHash, string accountId, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(
            async records =>
            {
                // A disabled account has no known browsers: they would give its password counters that are of no use. Both are
                // read in any case, so that it takes as long.
                var browser = await records.KnownBrowsers.FindAsync(tokenHash, accountId);
                var account = await records.Accounts.FindAsync(accountId);
                return account is { Disabled: false } && browser is not null
                    && browser.LastUsedAt <= now + ClockRules.MaxBehind && browser.ExpiresAt > now
                    ? browser
                    : null;
            },
            cancellationToken);

    public Task<bool> AnyAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.KnownBrowsers.AnyAsync(tokenHash, now), cancellationToken);

    public Task RememberAsync(KnownBrowser browser, string sessionId, int most, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => RememberAsync(transaction, browser, sessionId, most), cancellationToken);

    public Task<IReadOnlyList<KnownBrowser>> ListAsync(string accountId, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync<IReadOnlyList<KnownBrowser>>(
            async records => [.. (await records.KnownBrowsers.ListAsync(accountId)).Where(browser => browser.ExpiresAt > now)],
            cancellationToken);

    public Task<bool> ForgetAsync(string accountId, string id, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.KnownBrowsers.TryDeleteAsync(accountId, id), cancellationToken);

    /// <summary>Remembers a browser while its session is there; of too many the longest unused is forgotten.</summary>
    internal static async Task<bool> RememberAsync(Transaction transaction, KnownBrowser browser, string sessionId, int most)
    {
        // What ends sessions and forgets browsers holds the account as well, so it comes before or after.
        if (!await transaction.HoldAccountAsync(browser.AccountId)
            || await transaction.Sessions.FindAsync(sessionId) is not { } session || session.AccountId != browser.AccountId)
        {
            return false;
        }

        await transaction.KnownBrowsers.SetAsync(browser);
        foreach (var surplus in (await transaction.KnownBrowsers.ListAsync(browser.AccountId)).Skip(most))
            await transaction.KnownBrowsers.TryDeleteAsync(browser.AccountId, surplus.Id);
        return true;
    }
}
