using MfaGateway.Core.SelfService;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account.Sessions;

/// <summary>Where the form below the list posts to.</summary>
public sealed class EndOthersModel(AccountVisit visit, OwnSessions sessions, PageLinks links) : AccountPage(visit)
{
    public IActionResult OnGet() => SeeOther(links.Sessions);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var change = await sessions.EndOthersAsync(await ReadVisitorAsync(), cancellationToken);
        return Visit.Follow(HttpContext, change, links.Sessions, AccountNotices.SessionsEnded);
    }
}
