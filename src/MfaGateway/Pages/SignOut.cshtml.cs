using MfaGateway.Challenges;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

public sealed class SignOutModel(SessionReader sessions, SessionEnding ending, GatewayCookies cookies, PageLinks links) : GatewayPage
{
    public string? SignedInAs { get; private set; }

    public async Task OnGetAsync() =>
        SignedInAs = (await sessions.ReadAsync(HttpContext))?.Account.DisplayName;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await sessions.ReadAsync(HttpContext) is { } signedIn)
            await ending.SignOutAsync(signedIn, ClientContexts.Of(HttpContext), cancellationToken);

        cookies.DeleteSession(HttpContext);
        cookies.DeleteFlow(HttpContext);
        return SeeOther(links.SignedOut);
    }
}
