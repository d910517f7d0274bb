using System.Globalization;
using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

/// <summary>The link of a mail. Looking at it changes nothing, however often and by whomever: mail scanners open every link.</summary>
public sealed class LinkModel(CodeSignIn signIn, CodeWalk walk, SessionReader sessions) : GatewayPage
{
    [BindProperty(Name = "token", SupportsGet = true)]
    public string? Token { get; set; }

    /// <summary>What the waiting browser shows; posted where the link is opened in another one.</summary>
    [BindProperty(Name = "number")]
    public string? Number { get; set; }

    /// <summary>What the link is for; null when it is good for nothing (any more).</summary>
    public CodeLinkView? View { get; private set; }

    /// <summary>The waiting browser was let in.</summary>
    public bool Approved { get; private set; }

    /// <summary>A wrong number was given.</summary>
    public bool Stopped { get; private set; }

    private SecretToken? Link => SecretToken.TryParse(Token, out var token) ? token : null;

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        View = await signIn.FindLinkAsync(Link, walk.BrowserOf(HttpContext), cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var outcome = await TakeOnceAsync<ChallengeOutcome>([Token], async () =>
        {
            await OnGetAsync(cancellationToken);
            return View is { IsHere: true } ? await UseAsync(cancellationToken) : null;
        });
        return (outcome, View) switch
        {
            (null, null) => Refuse(StatusCodes.Status400BadRequest, "This link no longer works: it was used, or its time has passed."),
            (null, _) => await ApproveAsync(cancellationToken),
            (ChallengeOutcome.Refused, { } view) => await walk.WithoutRequestAsync(HttpContext, view.Request.ReturnUrl),
            _ => walk.Follow(HttpContext, outcome, ReturnUrlOf(outcome), rememberBrowser: false),
        };
    }

    // The link's own: a browser that opens it has no other.
    private static string ReturnUrlOf(ChallengeOutcome outcome) => outcome switch
    {
        ChallengeOutcome.Completed completed => completed.ReturnUrl,
        ChallengeOutcome.NextStep next => next.ReturnUrl,
        _ => "/",
    };

    private async Task<ChallengeOutcome> UseAsync(CancellationToken cancellationToken)
    {
        var replaced = (await sessions.ReadAsync(HttpContext))?.Session;
        return await signIn.UseLinkAsync(
            Link, walk.BrowserOf(HttpContext), replaced, ClientContexts.Of(HttpContext), cancellationToken);
    }

    private async Task<IActionResult> ApproveAsync(CancellationToken cancellationToken)
    {
        if (!OneTimeCodeInput.TryNormalize(Number, digits: 2, out var digits))
            return Refuse(StatusCodes.Status400BadRequest, "Enter the two digits that the other device shows.");

        var number = int.Parse(digits, CultureInfo.InvariantCulture);
        Approved = await signIn.ApproveAsync(Link, number, ClientContexts.Of(HttpContext), cancellationToken) == CodeApproval.Approved;
        if (Approved)
            return Page();

        View = null;
        Stopped = true;
        return Refuse(StatusCodes.Status401Unauthorized, "That was not the number, so the sign-in was stopped. If it was yours, start it again.");
    }
}
