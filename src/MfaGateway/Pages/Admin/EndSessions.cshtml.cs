using MfaGateway.Core.Accounts;
using MfaGateway.Core.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>Where the form below the person's sessions posts to.</summary>
public sealed class EndSessionsModel(AdminVisit visit, AccountOverviewReader people, PageLinks links, SessionAdministration sessions)
    : PersonPage(visit, people, links)
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await FindAsync(cancellationToken) ? Back() : Missing();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        await sessions.EndAllAsync(Person.Account, await ReadActorAsync(), cancellationToken);
        return Back(AdminNotices.SessionsEnded);
    }
}
