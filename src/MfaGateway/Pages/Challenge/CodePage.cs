using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Challenge;

/// <summary>A page of a browser that waits for a mailed code.</summary>
public abstract class CodePage(CodeWalk walk, TimeProvider time) : GatewayPage
{
    private CodePosition.Here? _here;

    /// <summary>The policy that a signed-in person is to meet, as long as no flow is begun for it.</summary>
    [BindProperty(Name = "policy", SupportsGet = true)]
    public string? Policy { get; set; }

    /// <summary>For the forms of the page.</summary>
    public string? PolicyToMeet => Flow is { IsBegun: false } preview ? preview.Flow.PolicyName : null;

    /// <summary>The URL of this tab, or of what is waited for where the tab has none.</summary>
    public override string ReturnUrl => WantedUrl is null && _here is { } here && (here.Flow?.Flow.ReturnUrl ?? here.Request?.ReturnUrl) is { } own
        ? own
        : base.ReturnUrl;

    public override bool CanShowAgain => _here is not null;

    /// <summary>What is waited for; null before the first code of a step.</summary>
    public CodeRequest? Waiting => Here.Request;

    /// <summary>The flow whose step it is; null at the beginning of a sign-in.</summary>
    public ChallengeView? Flow => Here.Flow;

    /// <summary>Too many wrong answers, or a wrong number: the page shows the way to start again.</summary>
    public bool Ended { get; private set; }

    /// <summary>How many codes one sign-in may ask for.</summary>
    public int Most => HttpContext.RequestServices.GetRequiredService<MagicCodeOptions>().MostCodes;

    /// <summary>Whether the link was confirmed in another browser.</summary>
    public bool Approved => Waiting is { State: CodeRequestState.Approved };

    /// <summary>Until another code may be asked for; zero or less when it may.</summary>
    public TimeSpan Wait => Waiting is { } request ? request.NextSendAt - time.GetUtcNow() : TimeSpan.Zero;

    /// <summary>How long the newest code is good.</summary>
    public TimeSpan GoodFor => Waiting is { } request ? request.ExpiresAt - time.GetUtcNow() : TimeSpan.Zero;

    protected CodePosition.Here Here => _here ?? throw new InvalidOperationException("Nothing is waited for.");

    protected CodeWalk Walk => walk;

    protected TimeProvider Time => time;

    /// <summary>The page, or where this browser belongs.</summary>
    protected async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        switch (await walk.LocateAsync(HttpContext, Policy, WantedUrl is null ? null : ReturnUrl, cancellationToken))
        {
            case CodePosition.Here here:
                _here = here;
                if (here.Request is { State: CodeRequestState.Ended })
                    End();
                return Page();

            case CodePosition.Elsewhere elsewhere:
                return elsewhere.Result;

            default:
                throw new InvalidOperationException("Unknown position.");
        }
    }

    /// <summary>Does something with what is waited for; without that, goes where this browser belongs.</summary>
    /// <param name="needsBegun">Whether there must be a flow or a request that is stored.</param>
    protected async Task<IActionResult> ActAsync(
        Func<CodePosition.Here, Task<IActionResult>> act, CancellationToken cancellationToken, bool needsBegun = true)
    {
        var shown = await ShowAsync(cancellationToken);
        if (_here is null)
            return shown;

        // A flow that is not begun has no code to take.
        if (needsBegun && _here.Flow is { IsBegun: false })
            return shown;

        // Another answer, given at the same moment, was the last one granted.
        return Ended ? Refuse(StatusCodes.Status401Unauthorized, ChallengeMessages.MailedCodesEnded) : await act(_here);
    }

    /// <summary>Takes an answer to what is waited for and goes where it leads.</summary>
    /// <param name="fields">What was posted.</param>
    /// <param name="refuse">What an answer comes to that was not accepted.</param>
    /// <param name="check">What is wrong with the post itself; null for nothing.</param>
    protected async Task<IActionResult> AnswerAsync(
        string?[] fields,
        bool rememberBrowser,
        Func<CodePosition.Here, Task<ChallengeOutcome>> answer,
        Func<ChallengeOutcome.Refused, Task<IActionResult>> refuse,
        CancellationToken cancellationToken,
        Func<CodePosition.Here, IActionResult?>? check = null)
    {
        IActionResult? elsewhere = null;
        var outcome = await TakeOnceAsync<ChallengeOutcome>(fields, async () =>
        {
            ChallengeOutcome? taken = null;
            elsewhere = await ActAsync(
                async here =>
                {
                    if (check?.Invoke(here) is { } wrong)
                        return wrong;
                    taken = await answer(here);
                    return new EmptyResult();
                },
                cancellationToken);
            return taken;
        });
        return outcome switch
        {
            null => elsewhere!,
            ChallengeOutcome.Refused refused => await refuse(refused),
            _ => Walk.Follow(HttpContext, outcome, ReturnUrl, rememberBrowser),
        };
    }

    protected void End()
    {
        Ended = true;
        Error = ChallengeMessages.MailedCodesEnded;
        walk.Forget(HttpContext, Here);
    }
}
