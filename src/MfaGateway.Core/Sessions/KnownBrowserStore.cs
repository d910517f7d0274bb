using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Sessions;

/// <summary>Keeps which browsers an account knows.</summary>
public sealed class KnownBrowserStore(Transactions transactions)
{
    /// <summary>The browser that shows this cookie, if the account knows it.</summary>
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

    /// <summary>Whether any account knows a browser by this cookie: then the value was made here.</summary>
    public Task<bool> AnyAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.KnownBrowsers.AnyAsync(tokenHash, now), cancellationToken);

    /// <summary>Adds a browser, or renews one that the account knows, and forgets the longest unused above <paramref name="most"/>.</summary>
    /// <param name="sessionId">
    /// The session that began in it. If that is over by now nothing is remembered: what ended it may have made the account
    /// forget its browsers, and must not be outlived by one that was on its way.
    /// </param>
    public Task RememberAsync(KnownBrowser browser, string sessionId, int most, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => RememberAsync(transaction, browser, sessionId, most), cancellationToken);

    /// <summary>The latest used first.</summary>
    public Task<IReadOnlyList<KnownBrowser>> ListAsync(string accountId, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync<IReadOnlyList<KnownBrowser>>(
            async records => [.. (await records.KnownBrowsers.ListAsync(accountId)).Where(browser => browser.ExpiresAt > now)],
            cancellationToken);

    /// <param name="entry">What is recorded of it.</param>
    /// <returns>Whether the account knew a browser of that id.</returns>
    public Task<bool> ForgetAsync(string accountId, string id, AuditEntry? entry, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (!await transaction.KnownBrowsers.TryDeleteAsync(accountId, id))
                    return false;
                transaction.Keep(entry);
                return true;
            },
            cancellationToken);

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
