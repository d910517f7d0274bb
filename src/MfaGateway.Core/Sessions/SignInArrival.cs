namespace MfaGateway.Core.Sessions;

/// <summary>What is kept of the browser in which a sign-in was completed.</summary>
/// <param name="Browser">Known to the account from then on; its last use is the time of the sign-in.</param>
/// <param name="MostBrowsers">Browsers that one account may know; 1 or more.</param>
/// <param name="Languages">What the browser asked for; null where it asked for none.</param>
public sealed record SignInArrival(KnownBrowser Browser, int MostBrowsers, string? Languages);
