using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage;
using MfaGateway.Sessions;

namespace MfaGateway.Api;

/// <summary>
/// Leads a program through a challenge, as <see cref="ChallengeWalk"/> leads a browser through its pages. It says where an
/// answer leads; what is enough is decided in Core.
/// </summary>
public sealed class ApiWalk(
    ChallengeWalk walk, CodeWalk codes, ChallengeService challenges, SessionReader sessions, MagicCodeOptions codeOptions, TimeProvider time)
{
    private const string Wrong = "This answer is not right.";
    private const string Malformed = "This is no answer of the kind that is asked for. Nothing was counted.";

    public SecretToken? FlowToken(HttpContext context) => walk.FlowToken(context);

    /// <summary>Where this browser is, whatever it came for.</summary>
    public async Task<FlowState> FindAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var view = await challenges.FindAsync(FlowToken(context), cancellationToken);
        var waiting = view is null or { Step: ChallengeStep.MagicCode } ? await codes.FindAsync(context, view, cancellationToken) : null;
        return (view, waiting?.Request) switch
        {
            ({ } flow, { State: not CodeRequestState.Ended } request) => FlowState.Of(flow) with { MailedCode = MailedCodeState.Of(request, codeOptions.MostCodes) },
            ({ } flow, _) => FlowState.Of(flow),
            (null, { State: not CodeRequestState.Ended } request) => FlowState.Of(request, codeOptions.MostCodes),
            _ => FlowState.Without(await NextWithoutFlowAsync(context), returnUrl: "/"),
        };
    }

    /// <summary>Gives an answer to a step. One that is not asked, or was meant for another tab's flow, is not looked at.</summary>
    /// <param name="flowId">The flow that the answer was meant for; compared, never trusted.</param>
    public async Task<IResult> AnswerAsync(
        HttpContext context,
        ChallengeStep step,
        string? flowId,
        Func<SecretToken?, ClientContext, Task<ChallengeOutcome>> answer,
        bool? rememberBrowser = null)
    {
        if (await challenges.FindAsync(FlowToken(context), context.RequestAborted) is not { } view)
            return await WithoutFlowAsync(context);

        if (flowId is not null && flowId != view.Flow.Id)
            return new ProblemResult(ApiProblems.OtherFlow with { Next = ApiSteps.Of(view.Step) });

        if (view.Step != step)
            return NotAsked(view.Step);

        var outcome = await answer(FlowToken(context), ClientContexts.Of(context));
        return outcome switch
        {
            ChallengeOutcome.Refused { Reason: ChallengeRefusal.FlowExpired } => await WithoutFlowAsync(context),
            ChallengeOutcome.Refused refused => Refuse(context, refused, view.Flow.Purpose != FlowPurpose.MeetPolicy),
            // No answer leads to where it was given: Core has not looked at it.
            ChallengeOutcome.NextStep next when next.Step == step => NotAsked(step),
            _ => await FollowAsync(context, outcome, rememberBrowser),
        };
    }

    /// <summary>Takes over what an accepted answer brings and says where it leads.</summary>
    public async Task<IResult> FollowAsync(HttpContext context, ChallengeOutcome outcome, bool? rememberBrowser = null) =>
        await DescribeAsync(context, outcome, walk.Accept(context, outcome, rememberBrowser));

    /// <summary>Says where an accepted answer leads.</summary>
    public async Task<IResult> DescribeAsync(HttpContext context, ChallengeOutcome outcome, ChallengeStep step)
    {
        if (outcome is ChallengeOutcome.Completed completed)
            return Results.Json(FlowState.Without(ApiSteps.Of(step), completed.ReturnUrl));

        var next = (ChallengeOutcome.NextStep)outcome;
        var view = await challenges.FindAsync(next.FlowToken ?? FlowToken(context), context.RequestAborted);
        return Results.Json(step == ChallengeStep.Done || view is null
            ? FlowState.Without(ApiSteps.Of(step), next.ReturnUrl)
            : FlowState.Of(view));
    }

    /// <summary>There is no flow (any more). Another request may have finished it: then there is a session.</summary>
    public async Task<IResult> WithoutFlowAsync(HttpContext context)
    {
        var next = await NextWithoutFlowAsync(context);
        if (next == ApiStep.SignIn)
            walk.Forget(context);
        return new ProblemResult(ApiProblems.FlowExpired with { Next = next });
    }

    /// <summary>What was asked for belongs to another step than this browser is at.</summary>
    public async Task<IResult> ElsewhereAsync(HttpContext context, CancellationToken cancellationToken) =>
        await challenges.FindAsync(FlowToken(context), cancellationToken) is { } view
            ? NotAsked(view.Step)
            : await WithoutFlowAsync(context);

    private static ProblemResult NotAsked(ChallengeStep asked) => new ProblemResult(ApiProblems.StepNotAsked with { Next = ApiSteps.Of(asked) });

    private async Task<ApiStep> NextWithoutFlowAsync(HttpContext context) =>
        await sessions.ReadAsync(context) is null ? ApiStep.SignIn : ApiStep.Done;

    private ProblemResult Refuse(HttpContext context, ChallengeOutcome.Refused refused, bool isOwnChange)
    {
        if (refused.Reason == ChallengeRefusal.FlowEnded)
            walk.Forget(context);
        return new ProblemResult(ChallengeRefusals.Explain(refused, new(Wrong, Malformed, isOwnChange), time.GetUtcNow()));
    }
}
