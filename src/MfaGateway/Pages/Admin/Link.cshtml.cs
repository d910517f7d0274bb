using MfaGateway.Core.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>Makes a new link by which a person chooses a password, and shows it once.</summary>
public sealed class LinkModel(AdminVisit visit, AccountOverviewReader people, PageLinks links, AdministrationService administration)
    : PersonPage(visit, people, links)
{
    public Invitation.Made? Made { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        Made = await administration.InviteAgainAsync(Person.Account, await ReadActorAsync(), cancellationToken) as Invitation.Made;
        return Made is null
            ? Refuse(StatusCodes.Status409Conflict, "This account is disabled: enable it first.")
            : Page();
    }
}
