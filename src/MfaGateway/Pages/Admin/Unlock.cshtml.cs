using MfaGateway.Core.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>Where a form on the person's page posts to.</summary>
public sealed class UnlockModel(AdminVisit visit, AccountOverviewReader people, PageLinks links, AdministrationService administration)
    : PersonPage(visit, people, links)
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await FindAsync(cancellationToken) ? Back() : Missing();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        var change = await administration.UnlockAsync(Person.Account, await ReadActorAsync(), cancellationToken);
        return Conclude(change, AdminNotices.Unlocked);
    }
}
