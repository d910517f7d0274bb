using MfaGateway.Core.Challenges;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Pages;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Challenges;

/// <summary>
/// Leads a browser through a challenge: which page is the right one now, and where an answer leads. It sets and drops
/// the cookies; what is enough is decided in Core.
/// </summary>
public sealed class ChallengeWalk(
    ChallengeService challenges, GatewayCookies cookies, SessionReader sessions, PageLinks links)
{
    public SecretToken? FlowToken(HttpContext context) => cookies.ReadFlow(context);

    /// <summary>The running flow if it is at this step; otherwise where this browser belongs.</summary>
    /// <param name="returnUrl">The checked URL of this tab, which may differ from the flow's.</param>
    public async Task<WalkPosition> LocateAsync(
        HttpContext context, ChallengeStep step, string returnUrl, CancellationToken cancellationToken)
    {
        if (await challenges.FindAsync(FlowToken(context), cancellationToken) is not { } view)
            return new WalkPosition.Elsewhere(await WithoutFlowAsync(context, returnUrl));

        return view.Step == step
            ? new WalkPosition.Here(view)
            : new WalkPosition.Elsewhere(new SeeOtherResult(links.For(view.Step, returnUrl)));
    }

    /// <summary>
    /// There is no flow any more. Another tab may have finished it: then go on. Otherwise it took too long: start again.
    /// </summary>
    public async Task<IActionResult> WithoutFlowAsync(HttpContext context, string returnUrl)
    {
        if (await sessions.ReadAsync(context) is not null)
            return new SeeOtherResult(returnUrl);

        cookies.DeleteFlow(context);
        return new SeeOtherResult(links.SignIn(returnUrl, SignInNotices.Expired));
    }

    /// <summary>Goes where an accepted answer leads.</summary>
    /// <param name="returnUrl">The checked URL of this tab: each tab ends where it wanted to, whoever finished the flow.</param>
    /// <param name="rememberBrowser">See <see cref="Accept"/>.</param>
    public IActionResult Follow(HttpContext context, ChallengeOutcome outcome, string returnUrl, bool? rememberBrowser = null) =>
        new SeeOtherResult(links.For(Accept(context, outcome, rememberBrowser), returnUrl));

    /// <summary>Takes over the cookies that an accepted answer brings.</summary>
    /// <param name="rememberBrowser">Whether the browser stays known for 90 days, or until it is closed; null where nobody was asked.</param>
    /// <returns>What is asked next.</returns>
    public ChallengeStep Accept(HttpContext context, ChallengeOutcome outcome, bool? rememberBrowser = null)
    {
        switch (outcome)
        {
            case ChallengeOutcome.Completed completed:
                cookies.WriteSession(context, completed.SessionToken);
                cookies.DeleteFlow(context);
                Remember(context, completed, rememberBrowser);
                return ChallengeStep.Done;

            case ChallengeOutcome.NextStep next:
                if (next.FlowToken is not null)
                    cookies.WriteFlow(context, next.FlowToken);
                return next.Step;

            default:
                throw new ArgumentException("A refused answer leads nowhere.", nameof(outcome));
        }
    }

    /// <summary>The flow was ended for too many wrong answers.</summary>
    public void Forget(HttpContext context) => cookies.DeleteFlow(context);

    // Where nobody was asked a sign-in makes the browser known. Afterwards it stays as it was said then.
    private void Remember(HttpContext context, ChallengeOutcome.Completed completed, bool? rememberBrowser)
    {
        if (completed.Browser is not { } browser)
            return;
        if (rememberBrowser is null && completed.StepsUp && cookies.ReadBrowser(context) is not null)
            return;

        cookies.WriteBrowser(context, browser, rememberBrowser ?? !completed.StepsUp ? KnownBrowsers.Lifetime : null);
    }
}

/// <summary>Where a browser is in its challenge.</summary>
public abstract record WalkPosition
{
    private WalkPosition()
    {
    }

    public sealed record Here(ChallengeView View) : WalkPosition;

    public sealed record Elsewhere(IActionResult Result) : WalkPosition;
}
