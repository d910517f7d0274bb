using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Sessions;

/// <summary>Which browsers an account knows.</summary>
public sealed class KnownBrowsers(KnownBrowserStore store)
{
    /// <summary>From the last full sign-in on.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>Browsers one account may know; the longest unused is forgotten for another one.</summary>
    public const int MostPerAccount = 20;

    /// <summary>The known browser that this client is, or null. Nobody's account is asked for in the same way as somebody's.</summary>
    public async Task<KnownBrowser?> FindAsync(ClientContext client, string? accountId, DateTimeOffset now, CancellationToken cancellationToken) =>
        client.Browser is { } token ? await store.FindAsync(token.Hash, accountId ?? string.Empty, now, cancellationToken) : null;

    /// <summary>What is to be remembered of the browser in which a sign-in is completed.</summary>
    /// <param name="session">That is about to begin in it.</param>
    /// <returns>With what its cookie holds from then on.</returns>
    internal static async Task<(SecretToken Token, KnownBrowser Browser)> PrepareAsync(
        IStoreRead records, ClientContext client, GatewaySession session, DateTimeOffset now)
    {
        // A value that was not made here was planted, to come back with it as a browser that the person's account knows.
        var token = client.Browser is { } shown && await records.KnownBrowsers.AnyAsync(shown.Hash, now) ? shown : SecretToken.New();
        return (token, new KnownBrowser(
            Identifiers.New(), token.Hash, session.AccountId, client.Address, client.UserAgent, now, now, now + Lifetime));
    }
}
