using MfaGateway.Core.SelfService;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account.Authenticators;

public sealed class RenameModel(AccountVisit visit, OwnAuthenticators authenticators, PageLinks links) : AccountPage(visit)
{
    [BindProperty(Name = "id", SupportsGet = true)]
    public string? Id { get; set; }

    [BindProperty(Name = "name")]
    public string? NewName { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await authenticators.FindAsync((await ReadVisitorAsync()).Account.Id, Id, cancellationToken) is not { } authenticator)
            return Id is null ? SeeOther(links.Authenticators) : Missing();

        NewName ??= authenticator.Name;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var change = await authenticators.RenameAsync(await ReadVisitorAsync(), Id, NewName, cancellationToken);
        return Visit.Follow(HttpContext, change, links.Authenticators, AccountNotices.AuthenticatorRenamed);
    }
}
