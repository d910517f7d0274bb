using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage;
using MfaGateway.Pages.Challenge;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MfaGateway.Pages.Enroll;

public sealed class TotpModel(ChallengeWalk walk, EnrollmentService enrollment, SiteNames site, PageLinks links)
    : ChallengePage(walk, ChallengeStep.EnrollTotp)
{
    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    [BindProperty(Name = "name")]
    public string? DeviceName { get; set; }

    public EnrollmentOffer? Offer { get; private set; }

    protected override string Malformed => "Enter the digits that your app shows for this account. Nothing was counted.";

    protected override string Wrong => "This code does not fit the key above. Enter the one that your app shows now.";

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        WithOffer(await ShowAsync(flow => OfferAsync(flow, cancellationToken), cancellationToken));

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        WithOffer(await AnswerAsync(
            (flow, client) => enrollment.ConfirmAsync(flow, Code, DeviceName, client, cancellationToken),
            flow => OfferAsync(flow, cancellationToken),
            cancellationToken));

    // Another tab has enrolled between two looks at the flow: loading the page again leads to where it is now.
    private IActionResult WithOffer(IActionResult result) =>
        result is PageResult && Offer is null && !Ended ? SeeOther(links.For(ChallengeStep.EnrollTotp, ReturnUrl)) : result;

    private async Task OfferAsync(SecretToken? flow, CancellationToken cancellationToken) =>
        Offer = await enrollment.OfferAsync(flow, site.Of(HttpContext), cancellationToken);
}
