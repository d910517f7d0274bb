using MfaGateway.Challenges;
using MfaGateway.Core.Access;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

/// <summary>The first administrator makes the first account, with the one-time link that the program printed.</summary>
public sealed class SetupModel(AccountService accounts, ChallengeService challenges, ChallengeWalk walk) : GatewayPage
{
    [BindProperty(Name = "username")]
    public string? UserName { get; set; }

    [BindProperty(Name = "email")]
    public string? Email { get; set; }

    [BindProperty(Name = "password")]
    public string? Password { get; set; }

    [BindProperty(Name = "token", SupportsGet = true)]
    public string? Token { get; set; }

    public IReadOnlyList<AccountFault> Faults { get; private set; } = [];

    /// <summary>The link does not work (any more): there is no form to show.</summary>
    public bool Over { get; private set; }

    public string? FaultOf(AccountField field) => Faults.FirstOrDefault(fault => fault.Field == field)?.Message;

    public override bool CanShowAgain => true;

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Over = ReadToken() is null || await accounts.IsSetupOverAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var typed = new NewAccount(UserName ?? string.Empty, Email ?? string.Empty, null, [], Password ?? string.Empty);
        var client = ClientContexts.Of(HttpContext);
        AccountAddition? addition = null;
        var outcome = await TakeOnceAsync<ChallengeOutcome>([Token, UserName, Email, Password], async () =>
        {
            addition = await accounts.AddFirstAdministratorAsync(typed, ReadToken(), client.Address, cancellationToken);
            if (addition is not AccountAddition.Added)
                return null;

            // What was just typed is the first proof; the second factor is enrolled on the next page.
            var answer = new SignInAnswer(typed.UserName, typed.Password, AccessPolicy.DefaultName, ReturnUrl, Replaces: null);
            return await challenges.SignInAsync(answer, client, cancellationToken);
        });
        if (outcome is not null)
            return walk.Follow(HttpContext, outcome, ReturnUrl);

        if (addition is AccountAddition.Refused refused)
        {
            Faults = refused.Faults;
            return Refuse(StatusCodes.Status400BadRequest, "Please look at what is marked below.");
        }

        Over = true;
        return Refuse(StatusCodes.Status400BadRequest, "This link no longer works: it was used, or a newer one was printed, or its hour has passed.");
    }

    private SecretToken? ReadToken() => SecretToken.TryParse(Token, out var token) ? token : null;
}
