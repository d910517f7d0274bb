using MfaGateway.Configuration;

namespace MfaGateway.Pages;

/// <summary>Confirms the sign-out, and leads on to the place that the app which linked to it has named.</summary>
public sealed class SignedOutModel(SignOutPlaces places) : GatewayPage
{
    /// <summary>Where to go on: a listed place, or a path of this origin; null for none. What is not listed is never shown.</summary>
    public string? Next => places.Find(WantedUrl) ?? (ReturnUrl == "/" ? null : ReturnUrl);

    /// <summary>The page moves on by itself, without a script and without a form.</summary>
    public void OnGet()
    {
        if (MayLeadOn && Next is { } next)
            Response.Headers["Refresh"] = $"0; url={next}";
    }
}
