using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Challenge;

/// <summary>Takes a mailed code.</summary>
public sealed class CodeModel(CodeWalk walk, TimeProvider time) : CodePage(walk, time)
{
    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    /// <summary>Any value means ticked.</summary>
    [BindProperty(Name = "rememberBrowser")]
    public string? RememberBrowser { get; set; }

    /// <summary>The request that the form was shown for; compared, never trusted.</summary>
    [BindProperty(Name = "request")]
    public string? PostedRequest { get; set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => ActAsync(
        async here => PostedRequest is not null && PostedRequest != here.Request?.Id
            ? Refuse(StatusCodes.Status400BadRequest, ChallengeMessages.OtherTab)
            : await Walk.AnswerAsync(HttpContext, here, Code, cancellationToken) is var outcome && outcome is ChallengeOutcome.Refused refused
                ? await RefuseAsync(refused)
                : Walk.Follow(HttpContext, outcome, ReturnUrl, RememberBrowser is not null),
        cancellationToken);

    /// <summary>The first code of a step, or one code more.</summary>
    public Task<IActionResult> OnPostSendAsync(CancellationToken cancellationToken) => ActAsync(
        async here => await Walk.SendAsync(HttpContext, here, ReturnUrl, cancellationToken) switch
        {
            CodeAsking.Asked => RedirectHere(),
            CodeAsking.Refused { Reason: CodeAskingRefusal.TooSoon, RetryAt: { } at } => RefuseLimited(
                at - Time.GetUtcNow(), ChallengeMessages.CodeTooSoon(at - Time.GetUtcNow())),
            CodeAsking.Refused { Reason: CodeAskingRefusal.NoMore } => Refuse(StatusCodes.Status429TooManyRequests, ChallengeMessages.NoMoreCodes),
            _ => await Walk.WithoutRequestAsync(HttpContext, ReturnUrl),
        },
        cancellationToken);

    private IActionResult RedirectHere() =>
        SeeOther(HttpContext.RequestServices.GetRequiredService<PageLinks>().Code(ReturnUrl));

    private async Task<IActionResult> RefuseAsync(ChallengeOutcome.Refused refused)
    {
        var left = ChallengeMessages.Left(refused.AttemptsLeft);
        switch (refused.Reason)
        {
            case ChallengeRefusal.FlowExpired:
                return await Walk.WithoutRequestAsync(HttpContext, ReturnUrl);
            case ChallengeRefusal.FlowEnded:
                End();
                return Refuse(StatusCodes.Status401Unauthorized, ChallengeMessages.MailedCodesEnded);
            case ChallengeRefusal.Malformed:
                return Refuse(StatusCodes.Status400BadRequest, "Enter the digits from the mail. Nothing was counted.");
            case ChallengeRefusal.TooOld:
                return Refuse(StatusCodes.Status401Unauthorized, ChallengeMessages.MailedCodeTooOld + left);
            case ChallengeRefusal.AlreadyUsed:
                return Refuse(StatusCodes.Status401Unauthorized, ChallengeMessages.MailedCodeUsed + left);
            case ChallengeRefusal.Limited:
                return RefuseLimited(refused.RetryAt - Time.GetUtcNow(), ChallengeMessages.Limited(refused.RetryAt - Time.GetUtcNow()));
            default:
                return Refuse(StatusCodes.Status401Unauthorized, ChallengeMessages.MailedCodeWrong + left);
        }
    }
}
