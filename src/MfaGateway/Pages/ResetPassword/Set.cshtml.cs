using MfaGateway.Challenges;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.ResetPassword;

/// <summary>Somebody chooses a password by a one-time link. Looking at the page spends nothing; mail scanners do that.</summary>
public sealed class SetModel(PasswordLinks passwordLinks, PasswordResets resets, PageLinks links) : GatewayPage
{
    [BindProperty(Name = "token", SupportsGet = true)]
    public string? Token { get; set; }

    [BindProperty(Name = "password")]
    public string? Password { get; set; }

    /// <summary>Whose password it is; null when the link does not work (any more).</summary>
    public Core.Accounts.Account? Account { get; private set; }

    /// <summary>Whether one can ask for a new link oneself.</summary>
    public bool OffersReset => resets.IsOffered;

    public string? Fault { get; private set; }

    public override bool CanShowAgain => Account is not null;

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Account = await passwordLinks.FindAsync(ReadToken(), cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Account = await passwordLinks.FindAsync(ReadToken(), cancellationToken);
        var client = ClientContexts.Of(HttpContext);
        switch (await passwordLinks.SetPasswordAsync(ReadToken(), Password ?? string.Empty, client.Address, cancellationToken))
        {
            case PasswordChange.Changed:
                return SeeOther(links.SignIn("/", SignInNotices.PasswordSet));

            case PasswordChange.Refused refused:
                Fault = refused.Faults[0].Message;
                return Refuse(StatusCodes.Status400BadRequest, "Please choose another password. Your link is still good.");

            default:
                Account = null;
                return Refuse(StatusCodes.Status400BadRequest, "This link no longer works: it was used, or a newer one was made, or its time has passed.");
        }
    }

    private SecretToken? ReadToken() => SecretToken.TryParse(Token, out var token) ? token : null;
}
