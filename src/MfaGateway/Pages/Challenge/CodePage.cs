using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Challenge;

/// <summary>A page of a browser that waits for a mailed code.</summary>
public abstract class CodePage(CodeWalk walk, TimeProvider time) : GatewayPage
{
    private CodePosition.Here? _here;

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
        switch (await walk.LocateAsync(HttpContext, ReturnUrl, cancellationToken))
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
    protected async Task<IActionResult> ActAsync(Func<CodePosition.Here, Task<IActionResult>> act, CancellationToken cancellationToken)
    {
        var shown = await ShowAsync(cancellationToken);
        if (_here is null)
            return shown;

        // Another answer, given at the same moment, was the last one granted.
        return Ended ? Refuse(StatusCodes.Status401Unauthorized, ChallengeMessages.MailedCodesEnded) : await act(_here);
    }

    protected void End()
    {
        Ended = true;
        Error = ChallengeMessages.MailedCodesEnded;
        walk.Forget(HttpContext, Here);
    }
}
