using MfaGateway.Challenges;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

public sealed class SignOutModel(SessionReader sessions, SignOuts signOuts, PageLinks links) : GatewayPage
{
    public string? SignedInAs { get; private set; }

    public async Task<IActionResult> OnGetAsync()
    {
        // Whoever comes back to this page after signing out must not wonder whether it worked.
        if (await sessions.ReadAsync(HttpContext) is not { } signedIn)
            return SeeOther(links.SignedOut);

        SignedInAs = signedIn.Account.DisplayName;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await signOuts.EndAsync(HttpContext, cancellationToken);
        return SeeOther(links.SignedOut);
    }
}
