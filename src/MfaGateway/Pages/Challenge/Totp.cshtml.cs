using System.Globalization;
using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Challenge;

public sealed class TotpModel(ChallengeWalk walk, ChallengeService challenges) : ChallengePage(walk, ChallengeStep.Totp)
{
    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    /// <summary>Any value means ticked.</summary>
    [BindProperty(Name = "rememberBrowser")]
    public string? RememberBrowser { get; set; }

    protected override bool? RemembersBrowser => RememberBrowser is not null;

    protected override string Malformed =>
        string.Create(CultureInfo.InvariantCulture, $"Enter the {View.TotpDigits} digits that your app shows. Nothing was counted.");

    protected override string Wrong => "This code is not right. Enter the one that your app shows now.";

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(prepare: null, cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        AnswerAsync(Code, (flow, client) => challenges.AnswerTotpAsync(flow, Code, client, cancellationToken), prepare: null, cancellationToken);
}
