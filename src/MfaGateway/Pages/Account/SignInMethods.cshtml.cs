using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.SelfService;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account;

/// <summary>Whether one can sign in by e-mail.</summary>
public sealed class SignInMethodsModel(AccountVisit visit, OwnSignInMethods methods, PageLinks links) : AccountPage(visit)
{
    /// <summary>Any value means ticked.</summary>
    [BindProperty(Name = "magicCode")]
    public string? MagicCode { get; set; }

    public MagicCodeSwitches Switches { get; private set; } = MagicCodeSwitches.On;

    public string Email { get; private set; } = string.Empty;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!methods.IsOffered)
            return Missing();

        var who = await ReadVisitorAsync();
        Switches = await methods.FindAsync(who.Account.Id, cancellationToken);
        Email = who.Account.Email;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => methods.IsOffered
        ? Visit.Follow(
            HttpContext, await methods.SwitchAsync(await ReadVisitorAsync(), MagicCode is not null, cancellationToken), links.SignInMethods,
            MagicCode is not null ? AccountNotices.EmailSignInOn : AccountNotices.EmailSignInOff)
        : Missing();
}
