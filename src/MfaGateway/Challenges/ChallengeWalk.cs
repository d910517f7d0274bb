using MfaGateway.Access;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
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
    ChallengeService challenges, GatewayCookies cookies, SessionReader sessions, ReturnUrlPolicy policies,
    ReturnUrlApplication applications, ApplicationCodes applicationCodes, PageLinks links)
{
    public SecretToken? FlowToken(HttpContext context) => cookies.ReadFlow(context);

    /// <summary>The flow if it is at this step; otherwise where this browser belongs.</summary>
    /// <param name="policyName">See <see cref="FindAsync"/>.</param>
    /// <param name="returnUrl">The checked URL of this tab, which may differ from the flow's; null where it has none of its own.</param>
    public async Task<WalkPosition> LocateAsync(
        HttpContext context, ChallengeStep step, string? policyName, string? returnUrl, CancellationToken cancellationToken)
    {
        if (await FindAsync(context, policyName, returnUrl, cancellationToken) is not { } view)
            return new WalkPosition.Elsewhere(await WithoutFlowAsync(context, returnUrl ?? "/"));

        return view.Step == step
            ? new WalkPosition.Here(view)
            : new WalkPosition.Elsewhere(new SeeOtherResult(PageOf(view, returnUrl)));
    }

    /// <summary>The page that asks for what a flow is at.</summary>
    /// <param name="returnUrl">The checked URL of this tab; null where it has none of its own.</param>
    public string PageOf(ChallengeView view, string? returnUrl) =>
        links.For(view.Step, returnUrl ?? view.Flow.ReturnUrl, view.IsBegun ? null : view.Flow.PolicyName);

    /// <summary>
    /// What a page is about: the running flow of this browser, or the one that the first answer of a signed-in person would
    /// begin. Looking begins none: another site can have a browser look.
    /// </summary>
    /// <param name="policyName">The policy that is to be met; null for the running flow and its own policy. One that is not known counts as that of the return URL.</param>
    /// <param name="returnUrl">The checked URL of this tab; null where it has none of its own.</param>
    /// <returns>Null when there is no flow, and no one is signed in to begin one.</returns>
    public async Task<ChallengeView?> FindAsync(
        HttpContext context, string? policyName, string? returnUrl, CancellationToken cancellationToken)
    {
        var running = await challenges.FindAsync(FlowToken(context), cancellationToken);
        if (policyName is null || await sessions.ReadAsync(context) is not { } signedIn)
            return running;

        var wanted = await PolicyOfAsync(context, policyName, returnUrl ?? "/");
        var application = await applications.FindAsync(context, returnUrl ?? "/");
        return running is not null && await ServesAsync(context, running, wanted, application, signedIn.Session)
            ? running
            : await challenges.PreviewStepUpAsync(
                signedIn.Account, signedIn.Session, wanted, returnUrl ?? "/", application, cancellationToken);
    }

    /// <summary>Whether a running flow is the one to go on with, so that no other one takes its place.</summary>
    /// <param name="application">That of the return URL of this tab.</param>
    public async ValueTask<bool> ServesAsync(
        HttpContext context, ChallengeView running, string policyName, string application, GatewaySession session)
    {
        // Codes that are not saved yet can be seen nowhere else.
        if (running.Step == ChallengeStep.SaveRecoveryCodes)
            return running.Flow.AccountId == session.AccountId;

        // Another tab may be on its way to the same. The codes of the flow are made for its own application.
        return running.Flow.Purpose == FlowPurpose.MeetPolicy && running.Flow.PolicyName == policyName
            && running.Flow.ReplacesSessionId == session.Id
            && applicationCodes.Serves(await applications.FindAsync(context, running.Flow.ReturnUrl), application);
    }

    /// <summary>The policy to step up to.</summary>
    /// <param name="wanted">A policy's name; one that is not known counts as that of the return URL.</param>
    /// <param name="returnUrl">A checked local path.</param>
    public async ValueTask<string> PolicyOfAsync(HttpContext context, string? wanted, string returnUrl) =>
        policies.IsKnown(wanted) ? wanted : await policies.FindPolicyNameAsync(context, returnUrl);

    /// <summary>Begins the flow of which only a preview was shown, and sets its cookie.</summary>
    /// <returns>The value of the cookie; null where there is nothing left to begin.</returns>
    public async Task<SecretToken?> BeginAsync(HttpContext context, ChallengeView preview, CancellationToken cancellationToken)
    {
        if (await sessions.ReadAsync(context) is not { } signedIn)
            return null;

        var outcome = await challenges.StepUpAsync(
            signedIn.Account, signedIn.Session, preview.Flow.PolicyName, preview.Flow.ReturnUrl,
            await applications.FindAsync(context, preview.Flow.ReturnUrl), ClientContexts.Of(context), cancellationToken);
        if (outcome is not ChallengeOutcome.NextStep { FlowToken: { } token })
            return null;

        cookies.WriteFlow(context, token);
        return token;
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
