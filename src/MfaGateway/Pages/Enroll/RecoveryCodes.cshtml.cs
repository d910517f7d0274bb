using System.Text;
using MfaGateway.Challenges;
using MfaGateway.Configuration;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage;
using MfaGateway.Pages.Challenge;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MfaGateway.Pages.Enroll;

public sealed class RecoveryCodesModel(
    ChallengeWalk walk, EnrollmentService enrollment, SiteNames site, PageLinks links, GatewayOptions options)
    : ChallengePage(walk, ChallengeStep.SaveRecoveryCodes)
{
    /// <summary>Any value means ticked: browsers send <c>on</c>, scripts what they like.</summary>
    [BindProperty(Name = "saved")]
    public string? Saved { get; set; }

    public IReadOnlyList<string> Codes { get; private set; } = [];

    /// <summary>For the printed sheet: where the codes are of use.</summary>
    public string SignInAddress => (options.PublicOrigin ?? $"{Request.Scheme}://{Request.Host}") + links.Prefix + "/sign-in";

    protected override string Malformed => "Save the codes first, then tick the box.";

    protected override string Wrong => Malformed;

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        ShowAsync(flow => ReadAsync(flow, cancellationToken), cancellationToken);

    /// <summary>The same codes as a file, as long as the page shows them.</summary>
    public async Task<IActionResult> OnGetFileAsync(CancellationToken cancellationToken)
    {
        var shown = await ShowAsync(flow => ReadAsync(flow, cancellationToken), cancellationToken);
        if (shown is not PageResult)
            return shown;

        var text = RecoveryCodeFile.Write(site.Of(HttpContext), View.Account.UserName, View.Flow.CreatedAt, Codes);
        return File(Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8", RecoveryCodeFile.NameFor(Request.Host.Host));
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        AnswerAsync(
            Saved,
            async (flow, client) => Saved is null
                ? new ChallengeOutcome.Refused(ChallengeRefusal.Malformed)
                : await enrollment.ConfirmSavedAsync(flow, client, cancellationToken),
            flow => ReadAsync(flow, cancellationToken),
            cancellationToken);

    private async Task ReadAsync(SecretToken? flow, CancellationToken cancellationToken) =>
        Codes = await enrollment.FindUnsavedCodesAsync(flow, cancellationToken) ?? [];
}
