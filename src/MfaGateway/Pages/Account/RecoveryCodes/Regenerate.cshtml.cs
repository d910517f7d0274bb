using MfaGateway.Challenges;
using MfaGateway.Core.SelfService;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account.RecoveryCodes;

/// <summary>Makes new codes. The page itself is seen by who had to prove something first.</summary>
public sealed class RegenerateModel(AccountVisit visit, OwnRecoveryCodes codes, ChallengeWalk walk, PageLinks links) : AccountPage(visit)
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var state = await codes.FindAsync((await ReadVisitorAsync()).Account.Id, cancellationToken);
        return state.HasSecondFactor ? Page() : SeeOther(links.RecoveryCodes);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await codes.RegenerateAsync(await ReadVisitorAsync(), links.RecoveryCodes, cancellationToken) switch
        {
            NewCodesOutcome.Made made => walk.Follow(HttpContext, made.Next, links.RecoveryCodes),
            NewCodesOutcome.NotMade { Reason: OwnChange.NotFound } => SeeOther(links.RecoveryCodes),
            NewCodesOutcome.NotMade notMade => Visit.Follow(HttpContext, notMade.Reason, links.RecoveryCodes, AccountNotices.RecoveryCodesMade),
            _ => throw new InvalidOperationException("Unknown outcome."),
        };
}
