using MfaGateway.Challenges;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

public sealed class SignOutModel(SessionReader sessions, SessionEnding ending, GatewayCookies cookies, PageLinks links) : GatewayPage
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
        if (await sessions.ReadAsync(HttpContext) is { } signedIn)
            await ending.SignOutAsync(signedIn, ClientContexts.Of(HttpContext), cancellationToken);

        cookies.DeleteSession(HttpContext);
        cookies.DeleteFlow(HttpContext);
        return SeeOther(links.SignedOut);
    }
}
