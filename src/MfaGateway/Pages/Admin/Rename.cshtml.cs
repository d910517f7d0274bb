using MfaGateway.Core.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>Gives an account another user name, after a warning of what apps make of it.</summary>
public sealed class RenameModel(AdminVisit visit, AccountOverviewReader people, PageLinks links, AdministrationService administration)
    : PersonPage(visit, people, links)
{
    [BindProperty(Name = "username")]
    public string? UserName { get; set; }

    /// <summary>The user name that the form showed.</summary>
    [BindProperty(Name = "seen")]
    public string? Seen { get; set; }

    public string? NameFault { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        if (Seen != Person.Account.UserName)
            return Conclude(AccountChange.Outdated, AdminNotices.Renamed);

        switch (await administration.RenameAsync(Person.Account, UserName ?? string.Empty, await ReadActorAsync(), cancellationToken))
        {
            case AccountEdit.Refused refused:
                NameFault = refused.Faults[0].Message;
                return Refuse(StatusCodes.Status400BadRequest, LookBelow);

            case AccountEdit.NotDone notDone:
                return Conclude(notDone.Why, AdminNotices.Renamed);

            default:
                return Back(AdminNotices.Renamed);
        }
    }
}
