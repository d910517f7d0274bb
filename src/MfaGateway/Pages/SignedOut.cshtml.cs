using MfaGateway.Configuration;

namespace MfaGateway.Pages;

/// <summary>Says that nobody is signed in here now, and leads on to where the app that linked to the sign-out wants its people.</summary>
public sealed class SignedOutModel(SignOutPlaces places) : GatewayPage
{
    /// <summary>Where to go on: a listed place, or a path of this origin; null for none. What is not listed is never shown.</summary>
    public string? Next => places.Find(WantedUrl) ?? (ReturnUrl == "/" ? null : ReturnUrl);

    /// <summary>The page moves on by itself, without a script and without a form.</summary>
    public void OnGet()
    {
        if (Next is { } next)
            Response.Headers["Refresh"] = $"0; url={next}";
    }
}
