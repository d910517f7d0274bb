using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using MfaGateway.Pages.Challenge;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Enroll;

/// <summary>Asks for the code that an administrator handed over with a reset, before a new authenticator is enrolled.</summary>
public sealed class CodeModel(ChallengeWalk walk, EnrollmentService enrollment, TimeProvider time) : ChallengePage(walk, ChallengeStep.EnrollmentCode)
{
    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    /// <summary>The code's time is over: only another one helps.</summary>
    public bool Over => View.CodeExpiresAt <= time.GetUtcNow();

    protected override string Malformed => "This is not a whole code: it has four groups of four letters and digits. Nothing was counted.";

    protected override string Wrong => "This is not the code that you were given last.";

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(prepare: null, cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        AnswerAsync(Code, (flow, client) => enrollment.GiveCodeAsync(flow, Code, client, cancellationToken), prepare: null, cancellationToken);
}
