using MfaGateway.Core.Sessions;

namespace MfaGateway.Core.Storage.Records;

/// <summary>Browsers that accounts know; one cookie may be known to several accounts.</summary>
public interface IKnownBrowserRecords
{
    /// <returns>One whose time is over, too: that is the caller's to look at.</returns>
    Task<KnownBrowser?> FindAsync(byte[] tokenHash, string accountId);

    /// <summary>Whether any account knows this cookie at this time.</summary>
    Task<bool> AnyAsync(byte[] tokenHash, DateTimeOffset now);

    /// <summary>Keeps a browser, or renews the one of the same cookie and account, which keeps its id and the time at which it was made.</summary>
    Task SetAsync(KnownBrowser browser);

    /// <returns>The latest used first, then by id.</returns>
    Task<IReadOnlyList<KnownBrowser>> ListAsync(string accountId);

    /// <returns>False where the account knows no such browser.</returns>
    Task<bool> TryDeleteAsync(string accountId, string id);

    Task DeleteAllAsync(string accountId);
}
