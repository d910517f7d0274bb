using MfaGateway.Challenges;
using MfaGateway.Configuration;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

/// <summary>Asks once, and ends the session. Apps may link here and name where to go afterwards.</summary>
public sealed class SignOutModel(SessionReader sessions, SignOuts signOuts, SignOutPlaces places, PageLinks links) : GatewayPage
{
    public string? SignedInAs { get; private set; }

    /// <summary>The listed place that the link names; null where it names none.</summary>
    public string? Place => places.Find(WantedUrl);

    /// <summary>Where to stay: the place after signing out may be a page that says goodbye, or of another origin.</summary>
    public string Stay => Place is null ? ReturnUrl : "/";

    public async Task<IActionResult> OnGetAsync()
    {
        // Whoever comes back to this page after signing out must not wonder whether it worked.
        if (await sessions.ReadAsync(HttpContext) is not { } signedIn)
            return SeeOther(Next);

        SignedInAs = signedIn.Account.DisplayName;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await signOuts.EndAsync(HttpContext, cancellationToken);
        return SeeOther(Next);
    }

    // By way of the signed-out page: a redirect of the form itself to another origin is blocked by the policy form-action 'self'.
    private string Next => links.SignedOutTo(Place ?? (ReturnUrl == "/" ? null : ReturnUrl));
}
