namespace MfaGateway.Core.Sessions;

/// <summary>
/// A browser in which a person has signed in. Its cookie opens nothing: it only gives the browser's wrong passwords a counter of their
/// own, so that a stranger's do not keep the owner out.
/// </summary>
/// <param name="TokenHash">SHA-256 of the cookie's value, which one browser shows for every account that was used in it.</param>
/// <param name="ExpiresAt">90 days after the last full sign-in.</param>
public sealed record KnownBrowser(
    string Id, byte[] TokenHash, string AccountId, string ClientAddress, string UserAgent,
    DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt);
