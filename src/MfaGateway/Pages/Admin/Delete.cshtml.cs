using MfaGateway.Core.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>Deletes an account for good, once its user name has been typed.</summary>
public sealed class DeleteModel(AdminVisit visit, AccountOverviewReader people, PageLinks links, AdministrationService administration)
    : PersonPage(visit, people, links)
{
    private readonly PageLinks _links = links;

    [BindProperty(Name = "confirm")]
    public string? Confirm { get; set; }

    public string? ConfirmFault { get; private set; }

    /// <summary>Whether it is the account that the administrator acts with.</summary>
    public bool IsOwn { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        IsOwn = (await ReadActorAsync()).Name == Person.Account.Id;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        if (UserNames.Fold(Confirm ?? string.Empty) != UserNames.Fold(Person.Account.UserName))
        {
            ConfirmFault = "Enter the username as it is shown.";
            return Refuse(StatusCodes.Status400BadRequest, LookBelow);
        }

        var change = await administration.DeleteAsync(Person.Account, await ReadActorAsync(), cancellationToken);
        return change == AccountChange.Done ? SeeOther(_links.People(AdminNotices.Deleted)) : Conclude(change, AdminNotices.Deleted);
    }
}
