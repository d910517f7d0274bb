using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Hardening;
using MfaGateway.Pages.Challenge;

namespace MfaGateway.Api;

/// <summary>Leads a program that waits for a mailed code, as <see cref="CodeWalk"/> leads a browser. Nobody is told whether anybody has the address.</summary>
public sealed class ApiCodes(CodeWalk codes, ApiWalk walk, ChallengeService challenges, MagicCodeOptions options, TimeProvider time)
{
    /// <summary>Asks for a first code of a sign-in.</summary>
    /// <param name="returnUrl">A checked local path.</param>
    public async Task<IResult> RequestAsync(HttpContext context, string email, string returnUrl) =>
        await codes.RequestAsync(context, email, returnUrl, context.RequestAborted) switch
        {
            CodeAsking.Asked asked => Accept(context, asked),
            CodeAsking.Refused { Reason: CodeAskingRefusal.NotOffered } => new ProblemResult(ApiProblems.WayInOff),
            CodeAsking.Refused { Reason: CodeAskingRefusal.Limited, RetryAt: var at } => new ProblemResult(
                ApiProblems.Limited(at - time.GetUtcNow()) with { RetryAt = at, Detail = "Too many codes were asked for from this network." }),
            _ => new ProblemResult(ApiProblems.MalformedAnswer),
        };

    /// <summary>Sends the first code of a step, or one code more.</summary>
    public Task<IResult> SendAsync(HttpContext context) => ActAsync(context, flowId: null, async here =>
        await codes.SendAsync(context, here, context.RequestAborted) switch
        {
            CodeAsking.Asked asked => Results.Json(StateOf(here, asked.Request)),
            CodeAsking.Refused { Reason: CodeAskingRefusal.TooSoon, RetryAt: { } at } => new ProblemResult(TooSoon(at)),
            CodeAsking.Refused { Reason: CodeAskingRefusal.NoMore } => new ProblemResult(ApiProblems.NoMoreCodes),
            _ => await WithoutRequestAsync(context),
        });

    /// <summary>Takes a code as it was typed.</summary>
    public Task<IResult> AnswerAsync(HttpContext context, OneTimeCodeAnswer answer) => ActAsync(context, answer.Flow, async here =>
        await codes.AnswerAsync(context, here, answer.Code, context.RequestAborted) switch
        {
            ChallengeOutcome.Refused { Reason: ChallengeRefusal.FlowExpired } => await WithoutRequestAsync(context),
            ChallengeOutcome.Refused refused => Refuse(context, here, refused),
            var outcome => await FollowAsync(context, outcome, answer.RememberBrowser),
        });

    /// <summary>Goes on after the link was confirmed elsewhere.</summary>
    public Task<IResult> ContinueAsync(HttpContext context, CodeContinuation continuation) => ActAsync(context, continuation.Flow, async here =>
    {
        if (here.Request is not { State: CodeRequestState.Approved })
            return new ProblemResult(ApiProblems.NotApproved with { Next = ApiStep.MagicCode });

        var outcome = await codes.ContinueAsync(context, context.RequestAborted);
        return outcome is ChallengeOutcome.Refused
            ? await WithoutRequestAsync(context)
            : await FollowAsync(context, outcome, continuation.RememberBrowser);
    });

    private async Task<IResult> ActAsync(HttpContext context, string? flowId, Func<CodePosition.Here, Task<IResult>> act)
    {
        var view = await challenges.FindAsync(walk.FlowToken(context), context.RequestAborted);
        if (await codes.FindAsync(context, view, context.RequestAborted) is not { } here)
            return view is null ? await WithoutRequestAsync(context) : await walk.ElsewhereAsync(context, context.RequestAborted);

        if (flowId is not null && flowId != (here.Flow?.Flow.Id ?? here.Request?.Id))
            return new ProblemResult(ApiProblems.OtherFlow with { Next = ApiStep.MagicCode });

        return here.Request is { State: CodeRequestState.Ended } ? Ended(context, here) : await act(here);
    }

    private IResult Accept(HttpContext context, CodeAsking.Asked asked)
    {
        codes.Accept(context, asked);
        return Results.Json(FlowState.Of(asked.Request, options.MostCodes));
    }

    private Task<IResult> FollowAsync(HttpContext context, ChallengeOutcome outcome, bool rememberBrowser) =>
        walk.DescribeAsync(context, outcome, codes.Accept(context, outcome, rememberBrowser));

    private FlowState StateOf(CodePosition.Here here, CodeRequest request) => here.Flow is { } flow
        ? FlowState.Of(flow) with { MailedCode = MailedCodeState.Of(request, options.MostCodes) }
        : FlowState.Of(request, options.MostCodes);

    private ProblemResult Refuse(HttpContext context, CodePosition.Here here, ChallengeOutcome.Refused refused) =>
        refused.Reason == ChallengeRefusal.FlowEnded
            ? Ended(context, here)
            : new(ChallengeRefusals.ExplainMailed(refused, time.GetUtcNow()));

    private ProblemResult Ended(HttpContext context, CodePosition.Here here)
    {
        codes.Forget(context, here);
        return new(ApiProblems.FlowEnded with { Detail = ChallengeMessages.MailedCodesEnded });
    }

    private Problem TooSoon(DateTimeOffset at)
    {
        var wait = at - time.GetUtcNow();
        return ApiProblems.CodeTooSoon with
        {
            RetryAt = at,
            RetryAfter = ApiProblems.Limited(wait).RetryAfter,
            Detail = ChallengeMessages.CodeTooSoon(wait),
        };
    }

    private async Task<IResult> WithoutRequestAsync(HttpContext context)
    {
        codes.ForgetRequest(context);
        return await walk.WithoutFlowAsync(context);
    }
}
