using MfaGateway.Core.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>A page about one person, whose id stands in its path. Without such a person there is no such page.</summary>
public abstract class PersonPage(AdminVisit visit, AccountOverviewReader people, PageLinks links) : AdminPage(visit)
{
    /// <summary>There is one whenever the page is shown.</summary>
    public AccountOverview Person { get; private set; } = null!;

    /// <summary>The path alone says whom it is about: no field of a form can say otherwise.</summary>
    protected string? Id => RouteData.Values["id"] as string;

    protected async Task<bool> FindAsync(CancellationToken cancellationToken)
    {
        if (await people.ReadAsync(Id, cancellationToken) is not { } person)
            return false;

        Person = person;
        return true;
    }

    /// <summary>Shows the page, or 404.</summary>
    protected async Task<IActionResult> ShowAsync(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken) ? Page() : Missing();

    /// <summary>Back to the person's own page.</summary>
    protected IActionResult Back(string? notice = null) => SeeOther(links.Person(Person.Account.Id, notice));

    /// <summary>Says what came of a change: on the person's page when it is done, here when it is not.</summary>
    protected IActionResult Conclude(AccountChange change, string notice) => change switch
    {
        AccountChange.Done => Back(notice),
        AccountChange.LastAdministrator => Refuse(StatusCodes.Status409Conflict, AdministrationService.LastAdministrator),
        AccountChange.OwnAccount => Refuse(StatusCodes.Status409Conflict, AdministrationService.OwnAccount),
        AccountChange.Outdated => Refuse(
            StatusCodes.Status409Conflict, "This was changed meanwhile, so nothing was done. This is how it is now."),
        _ => Missing(),
    };
}
