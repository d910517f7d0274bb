using MfaGateway.Configuration;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

/// <summary>Confirms the sign-out, and leads on to the place that the app which linked to it has named.</summary>
public sealed class SignedOutModel(SessionReader sessions, SignOutPlaces places, PageLinks links) : GatewayPage
{
    /// <summary>Where to go on: a listed place, or a path of this origin; null for none. What is not listed is never shown.</summary>
    public string? Next => places.Find(WantedUrl) ?? (ReturnUrl == "/" ? null : ReturnUrl);

    /// <summary>The page moves on by itself, without a script and without a form. A browser that is signed in is asked whether to sign out.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (await sessions.ReadAsync(HttpContext) is not null)
            return SeeOther(links.SignOutTo(Next));

        if (MayLeadOn && Next is { } next)
            Response.Headers["Refresh"] = $"0; url={next}";
        return Page();
    }
}
