using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Sessions;

/// <summary>Which browsers an account knows.</summary>
public sealed class KnownBrowsers(IKnownBrowserStore store)
{
    /// <summary>From the last full sign-in on.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>Browsers one account may know; the longest unused is forgotten for another one.</summary>
    public const int MostPerAccount = 20;

    /// <summary>The known browser that this client is, or null. Nobody's account is asked for in the same way as somebody's.</summary>
    public async Task<KnownBrowser?> FindAsync(ClientContext client, string? accountId, DateTimeOffset now, CancellationToken cancellationToken) =>
        client.Browser is { } token ? await store.FindAsync(token.Hash, accountId ?? string.Empty, now, cancellationToken) : null;

    /// <summary>Remembers the browser of a completed sign-in.</summary>
    /// <param name="session">That has just begun in it.</param>
    /// <returns>What its cookie holds from now on.</returns>
    public async Task<SecretToken> RememberAsync(ClientContext client, GatewaySession session, DateTimeOffset now)
    {
        // A value that was not made here was planted, to come back with it as a browser that the person's account knows.
        var token = client.Browser is { } shown && await store.AnyAsync(shown.Hash, now, CancellationToken.None) ? shown : SecretToken.New();
        var browser = new KnownBrowser(
            Identifiers.New(), token.Hash, session.AccountId, client.Address, client.UserAgent, now, now, now + Lifetime);
        await store.RememberAsync(browser, session.Id, MostPerAccount, CancellationToken.None);
        return token;
    }
}
