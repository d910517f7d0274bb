using MfaGateway.Core.SelfService;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account.Sessions;

/// <summary>Where the forms of the list post to.</summary>
public sealed class EndModel(AccountVisit visit, OwnSessions sessions, PageLinks links) : AccountPage(visit)
{
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    public IActionResult OnGet() => SeeOther(links.Sessions);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var change = await sessions.EndAsync(await ReadVisitorAsync(), Id, cancellationToken);
        return Visit.Follow(HttpContext, change, links.Sessions, AccountNotices.SessionEnded);
    }
}
