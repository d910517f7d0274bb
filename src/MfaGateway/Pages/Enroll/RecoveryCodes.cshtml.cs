using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage;
using MfaGateway.Pages.Challenge;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Enroll;

public sealed class RecoveryCodesModel(ChallengeWalk walk, EnrollmentService enrollment)
    : ChallengePage(walk, ChallengeStep.SaveRecoveryCodes)
{
    /// <summary>Any value means ticked: browsers send <c>on</c>, scripts what they like.</summary>
    [BindProperty(Name = "saved")]
    public string? Saved { get; set; }

    public IReadOnlyList<string> Codes { get; private set; } = [];

    protected override string Malformed => "Save the codes first, then tick the box.";

    protected override string Wrong => Malformed;

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        ShowAsync(flow => ReadAsync(flow, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        AnswerAsync(
            async (flow, client) => Saved is null
                ? new ChallengeOutcome.Refused(ChallengeRefusal.Malformed)
                : await enrollment.ConfirmSavedAsync(flow, client, cancellationToken),
            flow => ReadAsync(flow, cancellationToken),
            cancellationToken);

    private async Task ReadAsync(SecretToken? flow, CancellationToken cancellationToken) =>
        Codes = await enrollment.FindUnsavedCodesAsync(flow, cancellationToken) ?? [];
}
