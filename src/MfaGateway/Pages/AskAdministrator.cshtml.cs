using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

/// <summary>What is demanded can't be met by this person here: says so, and whom to turn to.</summary>
public sealed class AskAdministratorModel(ChallengeWalk walk, SessionReader sessions) : GatewayPage
{
    /// <summary>The policy that a signed-in person can't meet.</summary>
    [BindProperty(Name = "policy", SupportsGet = true)]
    public string? Policy { get; set; }

    public string? Name { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var view = await walk.FindAsync(HttpContext, Policy, ReturnUrl, cancellationToken);
        if (view is { Step: not (ChallengeStep.AskAdministrator or ChallengeStep.Passkey) })
            return SeeOther(walk.PageOf(view, ReturnUrl));

        Name = (view?.Account ?? (await sessions.ReadAsync(HttpContext))?.Account)?.DisplayName;
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Page();
    }
}
