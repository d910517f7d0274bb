using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.SelfService;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account.Authenticators;

public sealed class RemoveModel(AccountVisit visit, OwnAuthenticators authenticators, PageLinks links) : AccountPage(visit)
{
    [BindProperty(Name = "id", SupportsGet = true)]
    public string? Id { get; set; }

    public TotpAuthenticator Authenticator { get; private set; } = null!;

    public bool IsLast { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var all = await authenticators.ListAsync((await ReadVisitorAsync()).Account.Id, cancellationToken);
        if (all.FirstOrDefault(candidate => candidate.Id == Id) is not { } authenticator)
            return Id is null ? SeeOther(links.Authenticators) : Missing();

        (Authenticator, IsLast) = (authenticator, all.Count == 1);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var who = await ReadVisitorAsync();
        var change = await authenticators.RemoveAsync(who, Id, cancellationToken);
        var isOff = (await authenticators.ListAsync(who.Account.Id, cancellationToken)).Count == 0;
        return Visit.Follow(
            HttpContext, change, links.Authenticators, isOff ? AccountNotices.SecondFactorOff : AccountNotices.AuthenticatorRemoved);
    }
}
