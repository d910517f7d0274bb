using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Challenge;

/// <summary>Takes a mailed code.</summary>
public sealed class CodeModel(CodeWalk walk, TimeProvider time) : CodePage(walk, time)
{
    /// <summary>What the address says after a code was sent; see <see cref="NoticeText"/>.</summary>
    private const string Sent = "sent";

    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    /// <summary>Any value means ticked.</summary>
    [BindProperty(Name = "rememberBrowser")]
    public string? RememberBrowser { get; set; }

    /// <summary>The request that the form was shown for; compared, never trusted.</summary>
    [BindProperty(Name = "request")]
    public string? PostedRequest { get; set; }

    /// <summary>The same for an address that no account has.</summary>
    public override string? NoticeText => Notice != Sent || Waiting is not { CodesSent: > 1 }
        ? null
        : Flow is null ? "If this address has an account, another code is on its way." : "Another code is on its way.";

    /// <summary>Whether the error is about the button that sends a code, and is shown beside it.</summary>
    public bool IsAboutSending { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => AnswerAsync(
        [PostedRequest, Policy, Code],
        RememberBrowser is not null,
        here => Walk.AnswerAsync(HttpContext, here, Code, cancellationToken),
        RefuseAsync,
        cancellationToken,
        here => PostedRequest is not null && PostedRequest != here.Request?.Id
            ? ShowAgain(StatusCodes.Status400BadRequest, ChallengeMessages.OtherTab)
            : null);

    /// <summary>The first code of a step, or one code more.</summary>
    public async Task<IActionResult> OnPostSendAsync(CancellationToken cancellationToken)
    {
        IActionResult? elsewhere = null;
        var asking = await TakeOnceAsync<CodeAsking>(["send", Policy, ReturnUrl], async () =>
        {
            CodeAsking? asked = null;
            elsewhere = await ActAsync(
                async here =>
                {
                    asked = await Walk.SendAsync(HttpContext, here, cancellationToken);
                    return new EmptyResult();
                },
                cancellationToken,
                needsBegun: false);
            return asked;
        });
        return asking switch
        {
            null => elsewhere!,
            CodeAsking.Asked asked => Await(asked),
            CodeAsking.Refused { Reason: CodeAskingRefusal.TooSoon, RetryAt: { } at } => RefuseAnother(
                at - Time.GetUtcNow(), ChallengeMessages.CodeTooSoon(at - Time.GetUtcNow())),
            CodeAsking.Refused { Reason: CodeAskingRefusal.NoMore } => RefuseAnother(wait: null, ChallengeMessages.NoMoreCodes),
            _ => await Walk.WithoutRequestAsync(HttpContext, ReturnUrl),
        };
    }

    private IActionResult RefuseAnother(TimeSpan? wait, string why)
    {
        IsAboutSending = true;
        return RefuseLimited(wait, why);
    }

    private IActionResult Await(CodeAsking.Asked asked)
    {
        Walk.Accept(HttpContext, asked);
        return SeeOther($"{HttpContext.RequestServices.GetRequiredService<PageLinks>().Code(ReturnUrl)}&notice={Sent}");
    }

    private async Task<IActionResult> RefuseAsync(ChallengeOutcome.Refused refused)
    {
        if (refused.Reason == ChallengeRefusal.FlowExpired)
            return await Walk.WithoutRequestAsync(HttpContext, ReturnUrl);
        if (refused.Reason == ChallengeRefusal.FlowEnded)
            End();

        var now = Time.GetUtcNow();
        var problem = ChallengeRefusals.ExplainMailed(refused, now);
        return refused.Reason == ChallengeRefusal.Limited
            ? RefuseLimited(refused.RetryAt - now, problem.Detail!)
            : Refuse(problem.Status, problem.Detail!);
    }
}
