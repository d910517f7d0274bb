using MfaGateway.Core.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>Keeps a person out, after asking once.</summary>
public sealed class DisableModel(AdminVisit visit, AccountOverviewReader people, PageLinks links, AdministrationService administration)
    : PersonPage(visit, people, links)
{
    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        var change = await administration.SetDisabledAsync(Person.Account, disabled: true, await ReadActorAsync(), cancellationToken);
        return Conclude(change, AdminNotices.Disabled);
    }
}
