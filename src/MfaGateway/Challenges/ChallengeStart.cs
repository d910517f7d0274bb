using MfaGateway.Access;
using MfaGateway.Core.Challenges;
using MfaGateway.Sessions;

namespace MfaGateway.Challenges;

/// <summary>Begins challenges: with a first answer, or from a session that has proved too little. Pages and the JSON API share it.</summary>
public sealed class ChallengeStart(
    ChallengeWalk walk, ChallengeService challenges, SessionReader sessions, ReturnUrlPolicy policies,
    ReturnUrlApplication applications)
{
    /// <param name="returnUrl">A checked local path.</param>
    public async Task<ChallengeOutcome> SignInAsync(
        HttpContext context, string userName, string password, string returnUrl, CancellationToken cancellationToken)
    {
        var policy = await policies.FindPolicyNameAsync(context, returnUrl);
        var replaced = (await sessions.ReadAsync(context))?.Session;
        var answer = new SignInAnswer(userName, password, policy, returnUrl, replaced);
        return await challenges.SignInAsync(answer, ClientContexts.Of(context), cancellationToken);
    }

    /// <summary>Asks a signed-in person for what a policy demands beyond what the session has proved.</summary>
    /// <param name="wanted">The policy's name; one that is not known counts as that of the return URL.</param>
    /// <param name="returnUrl">A checked local path.</param>
    /// <returns>Null when nobody is signed in.</returns>
    public async Task<ChallengeOutcome?> StepUpAsync(
        HttpContext context, string? wanted, string returnUrl, CancellationToken cancellationToken)
    {
        if (await sessions.ReadAsync(context) is not { } signedIn)
            return null;

        var policy = await walk.PolicyOfAsync(context, wanted, returnUrl);
        var application = await applications.FindAsync(context, returnUrl);
        var running = await challenges.FindAsync(walk.FlowToken(context), cancellationToken);
        if (running is not null && await walk.ServesAsync(context, running, policy, application, signedIn.Session))
            return new ChallengeOutcome.NextStep(running.Step, returnUrl, FlowToken: null);

        return await challenges.StepUpAsync(
            signedIn.Account, signedIn.Session, policy, returnUrl, application, ClientContexts.Of(context), cancellationToken);
    }
}
