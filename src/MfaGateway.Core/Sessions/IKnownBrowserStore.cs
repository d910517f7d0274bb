namespace MfaGateway.Core.Sessions;

public interface IKnownBrowserStore
{
    /// <summary>The browser that shows this cookie, if the account knows it.</summary>
    Task<KnownBrowser?> FindAsync(byte[] tokenHash, string accountId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Whether any account knows a browser by this cookie: then the value was made here.</summary>
    Task<bool> AnyAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Adds a browser, or renews one that the account knows, and forgets the longest unused above <paramref name="most"/>.</summary>
    /// <param name="sessionId">
    /// The session that began in it. If that is over by now nothing is remembered: what ended it may have made the account
    /// forget its browsers, and must not be outlived by one that was on its way.
    /// </param>
    Task RememberAsync(KnownBrowser browser, string sessionId, int most, CancellationToken cancellationToken);

    /// <summary>The latest used first.</summary>
    Task<IReadOnlyList<KnownBrowser>> ListAsync(string accountId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <returns>Whether the account knew a browser of that id.</returns>
    Task<bool> ForgetAsync(string accountId, string id, CancellationToken cancellationToken);
}
