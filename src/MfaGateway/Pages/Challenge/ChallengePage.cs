using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage;
using MfaGateway.Pages.Account;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Challenge;

/// <summary>A page that asks for one step of a challenge.</summary>
public abstract class ChallengePage(ChallengeWalk walk, ChallengeStep step) : GatewayPage
{
    private ChallengeView? _view;

    /// <summary>The flow that the form was shown for; compared, never trusted.</summary>
    [BindProperty(Name = "flow")]
    public string? PostedFlow { get; set; }

    /// <summary>The policy that a signed-in person is to meet, as long as no flow is begun for it.</summary>
    [BindProperty(Name = "policy", SupportsGet = true)]
    public string? Policy { get; set; }

    /// <summary>The flow; there is one whenever the form is shown.</summary>
    public ChallengeView View => _view ?? throw new InvalidOperationException("No flow was opened.");

    /// <summary>For the form: which flow it is shown for; null where its answer begins one.</summary>
    public string? FlowId => View.IsBegun ? View.Flow.Id : null;

    /// <summary>For links to the other pages of the same step.</summary>
    public string? PolicyToMeet => View.IsBegun ? null : View.Flow.PolicyName;

    /// <summary>The URL of this tab, or of the flow where the tab has none.</summary>
    public override string ReturnUrl => WantedUrl is null && _view is not null ? _view.Flow.ReturnUrl : base.ReturnUrl;

    /// <summary>Whether a signed-in person changes something of their own account: whatever comes of it, they stay signed in.</summary>
    public bool IsOwnChange => View.Flow.Purpose != FlowPurpose.MeetPolicy;

    /// <summary>Too many wrong answers: the page shows the way to start again instead of the form.</summary>
    public bool Ended { get; private set; }

    public override bool CanShowAgain => _view is not null;

    protected async Task<IActionResult> ShowAsync(Func<SecretToken?, Task>? prepare, CancellationToken cancellationToken)
    {
        switch (await walk.LocateAsync(HttpContext, step, Policy, WantedUrl is null ? null : ReturnUrl, cancellationToken))
        {
            case WalkPosition.Here here:
                _view = here.View;
                await (prepare?.Invoke(here.View.IsBegun ? walk.FlowToken(HttpContext) : null) ?? Task.CompletedTask);
                return Page();

            case WalkPosition.Elsewhere elsewhere:
                return elsewhere.Result;

            default:
                throw new InvalidOperationException("Unknown position.");
        }
    }

    /// <param name="given">The answer, as it was posted.</param>
    protected async Task<IActionResult> AnswerAsync(
        string? given,
        Func<SecretToken?, ClientContext, Task<ChallengeOutcome>> answer,
        Func<SecretToken?, Task>? prepare,
        CancellationToken cancellationToken)
    {
        IActionResult? elsewhere = null;
        var outcome = await TakeOnceAsync<ChallengeOutcome>([PostedFlow, Policy, given], async () =>
        {
            elsewhere = await ReadyAsync(prepare, cancellationToken);
            if (elsewhere is not null)
                return null;
            var isBegun = View.IsBegun;
            if (await BeginAsync(cancellationToken) is { } flow)
            {
                var taken = await answer(flow, ClientContexts.Of(HttpContext));
                // Who posts the same again has no cookie of the flow that has just begun.
                return !isBegun && taken is ChallengeOutcome.NextStep { FlowToken: null } next ? next with { FlowToken = flow } : taken;
            }

            elsewhere = await walk.WithoutFlowAsync(HttpContext, ReturnUrl);
            return null;
        });
        return outcome switch
        {
            null => elsewhere!,
            ChallengeOutcome.Refused refused => await RefuseAsync(refused),
            _ => walk.Follow(HttpContext, outcome, NextUrl(outcome, _view?.Flow.Purpose), RemembersBrowser),
        };
    }

    /// <returns>Null when the flow is here, and the answer was meant for it.</returns>
    private async Task<IActionResult?> ReadyAsync(Func<SecretToken?, Task>? prepare, CancellationToken cancellationToken)
    {
        var shown = await ShowAsync(prepare, cancellationToken);
        if (_view is not { } view)
            return shown;

        // A form of a flow that another tab has replaced: the answer was meant for another secret, so it is not looked at.
        return PostedFlow is not null && PostedFlow != view.Flow.Id
            ? ShowAgain(StatusCodes.Status400BadRequest, ChallengeMessages.OtherTab)
            : null;
    }

    // Said at the end of the flow alone, and not by its return URL: a flow that was left or has expired has changed nothing.
    private string NextUrl(ChallengeOutcome outcome, FlowPurpose? purpose)
    {
        var links = HttpContext.RequestServices.GetRequiredService<PageLinks>();
        return (outcome, purpose) switch
        {
            (ChallengeOutcome.Completed, FlowPurpose.AddAuthenticator) when ReturnUrl == links.Authenticators =>
                PageLinks.WithNotice(ReturnUrl, AccountNotices.AuthenticatorAdded),
            (ChallengeOutcome.Completed, FlowPurpose.SaveNewCodes) when ReturnUrl == links.RecoveryCodes =>
                PageLinks.WithNotice(ReturnUrl, AccountNotices.RecoveryCodesMade),
            _ => ReturnUrl,
        };
    }

    /// <summary>The flow that is answered: a page that was only looked at has begun none, its form does.</summary>
    /// <returns>Null where there is nothing left to begin.</returns>
    protected async Task<SecretToken?> BeginAsync(CancellationToken cancellationToken)
    {
        if (View.IsBegun)
            return walk.FlowToken(HttpContext);

        var token = await walk.BeginAsync(HttpContext, View, cancellationToken);
        var challenges = HttpContext.RequestServices.GetRequiredService<ChallengeService>();
        _view = await challenges.FindAsync(token, cancellationToken) ?? _view;
        return token;
    }

    /// <summary>Whether the browser stays known for 90 days, or only until it is closed; null where the page does not ask.</summary>
    protected virtual bool? RemembersBrowser => null;

    /// <summary>What to say about an answer that is no code at all.</summary>
    protected abstract string Malformed { get; }

    /// <summary>What to say about a wrong answer.</summary>
    protected abstract string Wrong { get; }

    private async Task<IActionResult> RefuseAsync(ChallengeOutcome.Refused refused)
    {
        if (refused.Reason == ChallengeRefusal.FlowExpired)
            return await walk.WithoutFlowAsync(HttpContext, ReturnUrl);

        if (refused.Reason == ChallengeRefusal.FlowEnded)
        {
            walk.Forget(HttpContext);
            Ended = true;
        }

        var now = HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var problem = ChallengeRefusals.Explain(refused, new(Wrong, Malformed, IsOwnChange), now);
        return refused.Reason == ChallengeRefusal.Limited
            ? RefuseLimited(refused.RetryAt - now, problem.Detail!)
            : Refuse(problem.Status, problem.Detail!);
    }
}
