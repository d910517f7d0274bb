using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Challenge;

/// <summary>Where a signed-in person is sent who has proved too little, or too long ago: begins or goes on with the flow.</summary>
public sealed class IndexModel(ChallengeWalk walk, ChallengeStart start, PageLinks links) : GatewayPage
{
    [BindProperty(Name = "policy", SupportsGet = true)]
    public string? Policy { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        await start.StepUpAsync(HttpContext, Policy, ReturnUrl, cancellationToken) switch
        {
            null => SeeOther(links.SignIn(ReturnUrl)),
            ChallengeOutcome.Refused => await walk.WithoutFlowAsync(HttpContext, ReturnUrl),
            var outcome => walk.Follow(HttpContext, outcome, ReturnUrl),
        };
}
