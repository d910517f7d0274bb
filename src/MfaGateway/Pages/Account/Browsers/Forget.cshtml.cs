using MfaGateway.Core.SelfService;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account.Browsers;

/// <summary>Where the forms of the list post to.</summary>
public sealed class ForgetModel(AccountVisit visit, OwnBrowsers browsers, PageLinks links) : AccountPage(visit)
{
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    public IActionResult OnGet() => SeeOther(links.Browsers);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var change = await browsers.ForgetAsync(await ReadVisitorAsync(), Id, cancellationToken);
        return Visit.Follow(HttpContext, change, links.Browsers, AccountNotices.BrowserForgotten);
    }
}
