using MfaGateway.Challenges;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Challenge;

/// <summary>
/// Where a signed-in person is sent who has proved too little, or too long ago: leads to the page that asks. It begins nothing, since any
/// site can send a browser here; the form of that page does.
/// </summary>
public sealed class IndexModel(ChallengeWalk walk, SessionReader sessions, PageLinks links) : GatewayPage
{
    [BindProperty(Name = "policy", SupportsGet = true)]
    public string? Policy { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var wanted = WantedUrl is null ? null : ReturnUrl;
        if (await sessions.ReadAsync(HttpContext) is null)
            return SeeOther(links.SignIn(ReturnUrl));

        // Without an address the flow that is under way is meant; without one, what the start page demands.
        var view = (wanted is null && Policy is null ? await walk.FindAsync(HttpContext, null, null, cancellationToken) : null)
            ?? await walk.FindAsync(HttpContext, Policy ?? string.Empty, wanted, cancellationToken);
        return view is null ? SeeOther(links.SignIn(ReturnUrl)) : SeeOther(walk.PageOf(view, wanted));
    }
}
