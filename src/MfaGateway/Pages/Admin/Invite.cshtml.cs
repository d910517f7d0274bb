using MfaGateway.Core.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>Adds somebody, and shows once the link by which they choose a password.</summary>
public sealed class InviteModel(AdminVisit visit, AdministrationService administration, AccountSite site) : AdminPage(visit)
{
    [BindProperty(Name = "username")]
    public string? UserName { get; set; }

    [BindProperty(Name = "email")]
    public string? Email { get; set; }

    [BindProperty(Name = "name")]
    public string? DisplayName { get; set; }

    [BindProperty(Name = "groups")]
    public string? Groups { get; set; }

    public IReadOnlyList<AccountFault> Faults { get; private set; } = [];

    public PersonFields Fields => new(Email, DisplayName, Groups, Faults, site.AdministratorGroup);

    public Invitation.Made? Made { get; private set; }

    public void OnGet()
    {
        // An empty form.
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var typed = PersonFields.Read(Email, DisplayName, Groups);
        var invitation = await administration.InviteAsync(UserName ?? string.Empty, typed, await ReadActorAsync(), cancellationToken);
        if (invitation is Invitation.Refused refused)
        {
            Faults = refused.Faults;
            return Refuse(StatusCodes.Status400BadRequest, LookBelow);
        }

        // Shown here and not after a redirect: nowhere but on this page does the link stand.
        Made = (Invitation.Made)invitation;
        return Page();
    }
}
