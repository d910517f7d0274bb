using Microsoft.AspNetCore.Mvc.RazorPages;
using Yarp.ReverseProxy.Model;

namespace MfaGateway.Pages;

/// <summary>
/// Which answers keep the tie to the window that opened them (<c>Cross-Origin-Opener-Policy</c>). An app that opens a part of itself in a
/// window, on which a sign-in comes first, waits for word from it. Other pages cut the tie always: with it a script of any app
/// on the origin could use them.
/// </summary>
public static class WindowTies
{
    private static readonly HashSet<string> SignInPages = new(StringComparer.Ordinal)
    {
        "/SignIn", "/SignInCode", "/ResetPassword/Index", "/Continue", "/Challenge/Index", "/Challenge/Password", "/Challenge/Totp", "/Challenge/RecoveryCode",
        "/Challenge/Code", "/Challenge/CodeWait",
    };

    /// <summary>Whether the page is one of the sign-in, which a script that has opened it may see.</summary>
    public static bool IsOpenToScripts(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<PageActionDescriptor>() is { } page && SignInPages.Contains(page.ViewEnginePath);

    /// <summary>Whether the window stays tied: on the way of a sign-in, where the browser says that this origin sent it there.</summary>
    public static bool AreKept(HttpContext context) =>
        context.Request.Headers["Sec-Fetch-Site"] is ["same-origin"]
        && (IsOpenToScripts(context) || context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is not null);
}
