using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.MagicCodes;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>Where a form on the person's page posts to: whether that person may sign in by e-mail.</summary>
public sealed class SignInMethodsModel(
    AdminVisit visit, AccountOverviewReader people, PageLinks links, MagicCodeAdministration codes) : PersonPage(visit, people, links)
{
    /// <summary><c>on</c> leaves it to the person; anything else switches it off.</summary>
    [BindProperty(Name = "magicCode")]
    public string? MagicCode { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await FindAsync(cancellationToken) ? Back() : Missing();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        var change = await codes.SwitchAsync(Person.Account, MagicCode == "on", await ReadActorAsync(), cancellationToken);
        return Conclude(change, AdminNotices.Saved);
    }
}
