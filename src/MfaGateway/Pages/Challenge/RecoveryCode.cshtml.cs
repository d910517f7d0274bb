using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Challenge;

/// <summary>The other way through the step that asks for a TOTP code.</summary>
public sealed class RecoveryCodeModel(ChallengeWalk walk, ChallengeService challenges) : ChallengePage(walk, ChallengeStep.Totp)
{
    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    protected override string Malformed => "This is not a whole recovery code: it has four groups of four letters and digits. Nothing was counted.";

    protected override string Wrong => "This is not one of your unused recovery codes.";

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(prepare: null, cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        AnswerAsync(Code, (flow, client) => challenges.AnswerRecoveryCodeAsync(flow, Code, client, cancellationToken), prepare: null, cancellationToken);
}
