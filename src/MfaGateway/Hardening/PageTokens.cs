using MfaGateway.Pages;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;

namespace MfaGateway.Hardening;

/// <summary>
/// Tells the request tokens of sign-in pages from all others. A script of an app can read the former in a window that it has
/// opened; they must not be good for the forms of the account and the administration. Those take a token that was made for the person
/// who is signed in: a script can give the browser a second cookie of the same name (with the attribute <c>Partitioned</c>), so that cookie
/// and token belong together and are those of the script's author.
/// </summary>
public sealed class PageTokens : IAntiforgeryAdditionalDataProvider
{
    private const string SignIn = "sign-in";
    private const string Own = "own";

    public string GetAdditionalData(HttpContext context)
    {
        if (WindowTies.IsOpenToScripts(context))
            return SignIn;
        return IsGuarded(context) && OfPerson(context) is { } person ? person : Own;
    }

    public bool ValidateAdditionalData(HttpContext context, string additionalData)
    {
        if (IsGuarded(context))
            return OfPerson(context) is { } person && additionalData == person;
        if (additionalData == SignIn)
            return WindowTies.IsOpenToScripts(context);
        return additionalData == Own || additionalData.StartsWith($"{Own}/", StringComparison.Ordinal);
    }

    /// <summary>Whether an access policy stands before the page, so that it is about the person who is signed in.</summary>
    private static bool IsGuarded(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } metadata
        && metadata.GetMetadata<IAuthorizeData>() is not null && metadata.GetMetadata<IAllowAnonymous>() is null;

    // By account, not session: a step up in another tab must not spoil the form. The page's access policy has read the session.
    private static string? OfPerson(HttpContext context) =>
        context.Features.Get<LiveSession>() is { } live ? $"{Own}/{live.Account.Id}" : null;
}
