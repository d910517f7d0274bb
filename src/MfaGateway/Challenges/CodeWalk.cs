using MfaGateway.Access;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Pages;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Challenges;

/// <summary>Leads a browser that waits for a mailed code, at the beginning of a sign-in or as a step of a flow.</summary>
public sealed class CodeWalk(
    ChallengeWalk walk, CodeSignIn signIn, ChallengeService challenges, GatewayCookies cookies, SessionReader sessions,
    ReturnUrlPolicy policies, ReturnUrlApplication applications, PageLinks links)
{
    public WaitingBrowser BrowserOf(HttpContext context) => new(cookies.ReadCodeRequest(context), cookies.ReadFlow(context));

    /// <summary>Where this browser is.</summary>
    /// <param name="policyName">See <see cref="ChallengeWalk.FindAsync"/>.</param>
    /// <param name="returnUrl">The checked URL of this tab; null where it has none of its own.</param>
    public async Task<CodePosition> LocateAsync(
        HttpContext context, string? policyName, string? returnUrl, CancellationToken cancellationToken)
    {
        var flow = await walk.FindAsync(context, policyName, returnUrl, cancellationToken);
        if (await FindAsync(context, flow, cancellationToken) is { } here)
            return here;

        return new CodePosition.Elsewhere(flow is not null
            ? new SeeOtherResult(walk.PageOf(flow, returnUrl))
            : await WithoutRequestAsync(context, returnUrl ?? "/"));
    }

    /// <summary>What this browser waits for; null when that is no code.</summary>
    /// <param name="flow">The flow of this browser.</param>
    public async Task<CodePosition.Here?> FindAsync(HttpContext context, ChallengeView? flow, CancellationToken cancellationToken)
    {
        // What is not begun has asked for no code.
        if (flow is { IsBegun: false })
            return flow.Step == ChallengeStep.MagicCode ? new CodePosition.Here(Request: null, flow) : null;

        var request = await signIn.FindWaitingAsync(BrowserOf(context), cancellationToken);
        if (flow is { Step: ChallengeStep.MagicCode })
            return new CodePosition.Here(request, flow);
        return request is null or { State: CodeRequestState.Used } ? null : new CodePosition.Here(request, Flow: null);
    }

    /// <summary>Asks for a first code of a sign-in.</summary>
    public async Task<CodeAsking> RequestAsync(HttpContext context, string email, string returnUrl, CancellationToken cancellationToken)
    {
        var wish = new CodeWish(
            email, await policies.FindPolicyNameAsync(context, returnUrl), returnUrl, await applications.FindAsync(context, returnUrl))
        {
            Waiting = cookies.ReadCodeRequest(context),
        };
        return await signIn.RequestAsync(wish, ClientContexts.Of(context), cancellationToken);
    }

    /// <summary>Takes over the cookie of what is waited for.</summary>
    public void Accept(HttpContext context, CodeAsking.Asked asked)
    {
        if (asked.Request.FlowId is not null)
        {
            cookies.WriteFlow(context, asked.Token);
            return;
        }

        // This browser starts anew: what another tab was in the middle of would ask for another step.
        cookies.DeleteFlow(context);
        cookies.WriteCodeRequest(context, asked.Token);
    }

    /// <summary>Sends the first code of a step, or one code more.</summary>
    public async Task<CodeAsking> SendAsync(HttpContext context, CodePosition.Here here, CancellationToken cancellationToken)
    {
        var client = ClientContexts.Of(context);
        if (here.Flow is null)
            return await signIn.ResendAsync(cookies.ReadCodeRequest(context), client, cancellationToken);

        var token = here.Flow.IsBegun ? cookies.ReadFlow(context) : await walk.BeginAsync(context, here.Flow, cancellationToken);
        return await signIn.SendInFlowAsync(
            token, await applications.FindAsync(context, here.Flow.Flow.ReturnUrl), client, cancellationToken); // never the request's: it decides how the code is
    }

    /// <summary>Takes a typed code.</summary>
    public async Task<ChallengeOutcome> AnswerAsync(HttpContext context, CodePosition.Here here, string? code, CancellationToken cancellationToken)
    {
        var client = ClientContexts.Of(context);
        return here.Flow is not null
            ? await challenges.AnswerMagicCodeAsync(cookies.ReadFlow(context), code, client, cancellationToken)
            : await signIn.AnswerAsync(
                cookies.ReadCodeRequest(context), code, (await sessions.ReadAsync(context))?.Session, client, cancellationToken);
    }

    /// <summary>Goes on in the waiting browser after the link was confirmed elsewhere.</summary>
    public async Task<ChallengeOutcome> ContinueAsync(HttpContext context, CancellationToken cancellationToken) =>
        await signIn.ContinueAsync(
            BrowserOf(context), (await sessions.ReadAsync(context))?.Session, ClientContexts.Of(context), cancellationToken);

    /// <summary>Goes where an accepted code leads.</summary>
    public IActionResult Follow(HttpContext context, ChallengeOutcome outcome, string returnUrl, bool rememberBrowser) =>
        new SeeOtherResult(links.For(Accept(context, outcome, rememberBrowser), returnUrl));

    /// <summary>Takes over the cookies that an accepted code brings.</summary>
    /// <returns>What is asked next.</returns>
    public ChallengeStep Accept(HttpContext context, ChallengeOutcome outcome, bool rememberBrowser)
    {
        cookies.DeleteCodeRequest(context);
        return walk.Accept(context, outcome, rememberBrowser);
    }

    /// <summary>The request was ended.</summary>
    public void Forget(HttpContext context, CodePosition.Here here)
    {
        ForgetRequest(context);
        if (here.Flow is not null)
            walk.Forget(context);
    }

    /// <summary>There is no request any more.</summary>
    public void ForgetRequest(HttpContext context) => cookies.DeleteCodeRequest(context);

    /// <summary>There is nothing to wait for. Another tab may have finished: then go on.</summary>
    public async Task<IActionResult> WithoutRequestAsync(HttpContext context, string returnUrl)
    {
        if (await sessions.ReadAsync(context) is not null)
            return new SeeOtherResult(returnUrl);

        ForgetRequest(context);
        return new SeeOtherResult(links.SignIn(returnUrl, SignInNotices.CodeOver));
    }
}

/// <summary>Where a browser is that waits for a code.</summary>
public abstract record CodePosition
{
    private CodePosition()
    {
    }

    /// <param name="Request">Null for a step whose first code was not asked for yet.</param>
    /// <param name="Flow">The flow whose step it is; null at the beginning of a sign-in.</param>
    public sealed record Here(CodeRequest? Request, ChallengeView? Flow) : CodePosition;

    public sealed record Elsewhere(IActionResult Result) : CodePosition;
}
