using MfaGateway.Challenges;
using MfaGateway.Core.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.ResetPassword;

/// <summary>Sends a link to a new password. Known and unknown addresses get the same answer.</summary>
public sealed class IndexModel(PasswordResets resets, TimeProvider time) : GatewayPage
{
    [BindProperty(Name = "email")]
    public string? Email { get; set; }

    public bool IsSent { get; private set; }

    public override bool CanShowAgain => true;

    public IActionResult OnGet() => resets.IsOffered ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        switch (await resets.AskAsync(Email, ClientContexts.Of(HttpContext), cancellationToken))
        {
            case ResetAsking.Asked:
                IsSent = true;
                return Page();

            case ResetAsking.Limited limited:
                return RefuseLimited(
                    limited.RetryAt - time.GetUtcNow(), "Too many mails were asked for from your network. Wait a while, then try again.");

            case ResetAsking.Malformed:
                return Refuse(StatusCodes.Status400BadRequest, "Enter your e-mail address, such as ada@example.org.");

            default:
                return NotFound();
        }
    }
}
