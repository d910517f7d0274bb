using MfaGateway.Hardening;

namespace MfaGateway.Access;

/// <summary>What a person sees in place of an app when the session has ended, or does not suffice, where a redirect would do harm.</summary>
/// <param name="Problem">Status and sentences.</param>
/// <param name="SignInUrl">Where to sign in or to confirm: a page of the gateway's own.</param>
/// <param name="LinkText">What the link there is called.</param>
/// <param name="Target">The window that it opens in: a new one, or the one around the frame.</param>
public sealed record EndedPage(Problem Problem, string SignInUrl, string LinkText, string Target);
