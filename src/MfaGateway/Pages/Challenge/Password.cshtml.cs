using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Challenge;

/// <summary>Asks a signed-in person for the password again, because its proof is too old for what is wanted.</summary>
public sealed class PasswordModel(ChallengeWalk walk, ChallengeService challenges) : ChallengePage(walk, ChallengeStep.Password)
{
    [BindProperty(Name = "password")]
    public string? Password { get; set; }

    protected override string Malformed => "Enter your password.";

    protected override string Wrong => "This password is not right.";

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(prepare: null, cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        AnswerAsync(Password, (flow, client) => challenges.AnswerPasswordAsync(flow, Password, client, cancellationToken), prepare: null, cancellationToken);
}
