using MfaGateway.Pages;
using Microsoft.AspNetCore.Antiforgery;

namespace MfaGateway.Hardening;

/// <summary>
/// Tells the request tokens of sign-in pages from all others. A script of an app can read the former in a window that it has
/// opened; they must not be good for the forms of the account and the administration.
/// </summary>
public sealed class PageTokens : IAntiforgeryAdditionalDataProvider
{
    private const string SignIn = "sign-in";
    private const string Own = "own";

    public string GetAdditionalData(HttpContext context) => WindowTies.IsOpenToScripts(context) ? SignIn : Own;

    public bool ValidateAdditionalData(HttpContext context, string additionalData) =>
        additionalData == Own || (additionalData == SignIn && WindowTies.IsOpenToScripts(context));
}
