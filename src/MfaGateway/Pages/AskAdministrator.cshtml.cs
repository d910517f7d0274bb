using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

/// <summary>What is demanded can't be met by this person here: says so, and whom to turn to.</summary>
public sealed class AskAdministratorModel(ChallengeWalk walk, ChallengeService challenges, SessionReader sessions, PageLinks links) : GatewayPage
{
    public string? Name { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var view = await challenges.FindAsync(walk.FlowToken(HttpContext), cancellationToken);
        if (view is { Step: not (ChallengeStep.AskAdministrator or ChallengeStep.Passkey) })
            return SeeOther(links.For(view.Step, ReturnUrl));

        Name = (view?.Account ?? (await sessions.ReadAsync(HttpContext))?.Account)?.DisplayName;
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Page();
    }
}
