using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.SelfService;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account.Authenticators;

/// <summary>Begins the flow that adds an authenticator. The page itself is seen by who had to prove something first.</summary>
public sealed class AddModel(AccountVisit visit, OwnAuthenticators authenticators, ChallengeWalk walk, PageLinks links) : AccountPage(visit)
{
    public bool IsFirst { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        IsFirst = (await authenticators.ListAsync((await ReadVisitorAsync()).Account.Id, cancellationToken)).Count == 0;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var outcome = await authenticators.BeginAddingAsync(await ReadVisitorAsync(), links.Authenticators, cancellationToken);
        return outcome is ChallengeOutcome.Refused
            ? SeeOther(links.Authenticators)
            : walk.Follow(HttpContext, outcome, links.Authenticators);
    }
}
