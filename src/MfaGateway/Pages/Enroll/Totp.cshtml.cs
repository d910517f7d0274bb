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

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        ShowAsync(flow => FindOfferAsync(flow, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        AnswerAsync(
            Code,
            (flow, client) => enrollment.ConfirmAsync(flow, Code, DeviceName, client, cancellationToken),
            flow => FindOfferAsync(flow, cancellationToken),
            cancellationToken);

    /// <summary>Makes the secret that the page then shows, where none was made on the way here.</summary>
    public async Task<IActionResult> OnPostBeginAsync(CancellationToken cancellationToken)
    {
        var shown = await ShowAsync(prepare: null, cancellationToken);
        if (shown is not PageResult)
            return shown;

        var flow = await BeginAsync(cancellationToken);
        await enrollment.OfferAsync(flow, site.Of(HttpContext), cancellationToken);
        return SeeOther(links.For(ChallengeStep.EnrollTotp, ReturnUrl));
    }

    private async Task FindOfferAsync(SecretToken? flow, CancellationToken cancellationToken) =>
        Offer = await enrollment.FindOfferAsync(flow, site.Of(HttpContext), cancellationToken);
}
