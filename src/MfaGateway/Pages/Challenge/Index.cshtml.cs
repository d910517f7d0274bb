using MfaGateway.Access;
using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Challenge;

/// <summary>Where a signed-in person is sent who has proved too little, or too long ago: begins or goes on with the flow.</summary>
public sealed class IndexModel(
    ChallengeWalk walk, ChallengeService challenges, SessionReader sessions, ReturnUrlPolicy policies, PageLinks links) : GatewayPage
{
    [BindProperty(Name = "policy", SupportsGet = true)]
    public string? Policy { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await sessions.ReadAsync(HttpContext) is not { } signedIn)
            return SeeOther(links.SignIn(ReturnUrl));

        var policy = policies.IsKnown(Policy) ? Policy : await policies.FindPolicyNameAsync(HttpContext, ReturnUrl);

        // Another tab may be on its way to the same: two flows would take each other's place.
        var running = await challenges.FindAsync(walk.FlowToken(HttpContext), cancellationToken);
        if (running is { Flow.Purpose: FlowPurpose.MeetPolicy } && running.Flow.PolicyName == policy
            && running.Flow.ReplacesSessionId == signedIn.Session.Id)
            return SeeOther(links.For(running.Step, ReturnUrl));

        var outcome = await challenges.StepUpAsync(
            signedIn.Account, signedIn.Session, policy, ReturnUrl, ClientContexts.Of(HttpContext), cancellationToken);
        return outcome is ChallengeOutcome.Refused
            ? await walk.WithoutFlowAsync(HttpContext, ReturnUrl)
            : walk.Follow(HttpContext, outcome, ReturnUrl);
    }
}
