using MfaGateway.Challenges;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

public sealed class SignInModel(
    ChallengeStart start, ChallengeWalk walk, SessionReader sessions, CodeSignIn codes, PasswordResets resets, TimeProvider time) : GatewayPage
{
    // One sentence for unknown, known, disabled and locked accounts alike.
    private const string Wrong = "The user name or the password is not right.";

    [BindProperty(Name = "username")]
    public string? UserName { get; set; }

    [BindProperty(Name = "password")]
    public string? Password { get; set; }

    public override string? NoticeText => SignInNotices.TextOf(Notice);

    /// <summary>Who is signed in already; the form then changes the person.</summary>
    public string? SignedInAs { get; private set; }

    /// <summary>Whether one can also sign in by e-mail.</summary>
    public bool OffersCodes => codes.IsOffered;

    /// <summary>Whether one gets a link to a new password by mail.</summary>
    public bool OffersReset => resets.IsOffered;

    public override bool CanShowAgain => true;

    /// <summary>Both, where they don't fit together: which of them is wrong is not told. Else the one that is missing.</summary>
    public string? InvalidUserName => IsMissing(Password) && !IsMissing(UserName) ? null : Invalid;

    public string? InvalidPassword => IsMissing(UserName) && !IsMissing(Password) ? null : Invalid;

    public async Task OnGetAsync() =>
        SignedInAs = (await sessions.ReadAsync(HttpContext))?.Account.DisplayName;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (IsMissing(UserName) || IsMissing(Password))
            return Refuse(StatusCodes.Status400BadRequest, "Enter your user name and your password.");

        var outcome = await TakeOnceAsync<ChallengeOutcome>(
            [UserName, Password, ReturnUrl],
            async () => await start.SignInAsync(HttpContext, UserName!, Password!, ReturnUrl, cancellationToken));
        return outcome switch
        {
            ChallengeOutcome.Refused { Reason: ChallengeRefusal.Limited } limited => RefuseLimited(
                limited.RetryAt - time.GetUtcNow(),
                limited.IsOfBrowser
                    ? "There were too many wrong passwords in this browser. Wait a while, then try again."
                    : "There were too many wrong passwords from your network. Wait a while, then try again."),
            ChallengeOutcome.Refused => Refuse(StatusCodes.Status401Unauthorized, Wrong),
            _ => walk.Follow(HttpContext, outcome!, ReturnUrl),
        };
    }

    private static bool IsMissing(string? typed) => string.IsNullOrEmpty(typed);
}
