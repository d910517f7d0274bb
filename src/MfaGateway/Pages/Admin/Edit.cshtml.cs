using MfaGateway.Core.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>Changes a person's address, name and groups.</summary>
public sealed class EditModel(
    AdminVisit visit, AccountOverviewReader people, PageLinks links, AdministrationService administration, AccountSite site)
    : PersonPage(visit, people, links)
{
    [BindProperty(Name = "email")]
    public string? Email { get; set; }

    [BindProperty(Name = "name")]
    public string? DisplayName { get; set; }

    [BindProperty(Name = "groups")]
    public string? Groups { get; set; }

    /// <summary>What the form showed: see <see cref="AccountDetails.Fingerprint"/>.</summary>
    [BindProperty(Name = "seen")]
    public string? Seen { get; set; }

    public PersonFields Fields { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        Fill();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        Fill();
        var account = Person.Account;
        if (Seen != AccountDetails.Of(account).Fingerprint)
            return Conclude(AccountChange.Outdated, AdminNotices.Saved);

        var typed = PersonFields.Read(Email, DisplayName, Groups);
        switch (await administration.EditAsync(account, typed, await ReadActorAsync(), cancellationToken))
        {
            case AccountEdit.Refused refused:
                Fields = new(Email, DisplayName, Groups, refused.Faults, site.AdministratorGroup);
                return Refuse(StatusCodes.Status400BadRequest, LookBelow);

            case AccountEdit.NotDone notDone:
                return Conclude(notDone.Why, AdminNotices.Saved);

            default:
                return Back(AdminNotices.Saved);
        }
    }

    private void Fill() => Fields = new(
        Person.Account.Email, Person.Account.DisplayName, string.Join(", ", Person.Account.Groups), [], site.AdministratorGroup);
}
