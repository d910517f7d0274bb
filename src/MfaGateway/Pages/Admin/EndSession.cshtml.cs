using MfaGateway.Core.Accounts;
using MfaGateway.Core.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>Where a form on the person's page posts to.</summary>
public sealed class EndSessionModel(AdminVisit visit, AccountOverviewReader people, PageLinks links, SessionAdministration sessions)
    : PersonPage(visit, people, links)
{
    [BindProperty(Name = "session")]
    public string? Session { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await FindAsync(cancellationToken) ? Back() : Missing();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        return await sessions.EndAsync(Person.Account, Session, await ReadActorAsync(), cancellationToken)
            ? Back(AdminNotices.SessionEnded)
            : Missing();
    }
}
