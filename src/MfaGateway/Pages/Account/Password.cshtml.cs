using MfaGateway.Core.Accounts;
using MfaGateway.Core.SelfService;
using MfaGateway.Pages.Challenge;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account;

public sealed class PasswordModel(AccountVisit visit, OwnPassword password, PageLinks links, TimeProvider time) : AccountPage(visit)
{
    [BindProperty(Name = "currentPassword")]
    public string? CurrentPassword { get; set; }

    [BindProperty(Name = "newPassword")]
    public string? NewPassword { get; set; }

    public string UserName { get; private set; } = string.Empty;

    /// <summary>What is wrong with one of the fields.</summary>
    public string? CurrentFault { get; private set; }

    public string? NewFault { get; private set; }

    public async Task OnGetAsync() => UserName = (await ReadVisitorAsync()).Account.UserName;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var who = await ReadVisitorAsync();
        UserName = who.Account.UserName;
        CurrentFault = string.IsNullOrEmpty(CurrentPassword) ? "Enter the password that you have now." : null;
        NewFault = string.IsNullOrEmpty(NewPassword) ? "Enter the password that you want." : null;
        if (CurrentFault is not null || NewFault is not null)
            return Refuse(StatusCodes.Status400BadRequest, Look);

        return Answer(await password.ChangeAsync(who, CurrentPassword!, NewPassword!, cancellationToken));
    }

    private const string Look = "Please look at what is marked below.";

    private IActionResult Answer(OwnPasswordChange outcome)
    {
        switch (outcome)
        {
            case OwnPasswordChange.Changed changed:
                return Visit.Follow(HttpContext, new OwnChange.Done(changed.SessionToken), links.Account, AccountNotices.PasswordChanged);

            case OwnPasswordChange.NotDone notDone:
                return Visit.Follow(HttpContext, notDone.Reason, links.Password, AccountNotices.PasswordChanged);

            case OwnPasswordChange.WrongCurrent { Outcome: Core.Throttling.GuardOutcome.Limited limited }:
                var wait = limited.RetryAt - time.GetUtcNow();
                return RefuseLimited(wait, ChallengeMessages.Limited(wait));

            case OwnPasswordChange.WrongCurrent:
                CurrentFault = "This is not the password that you have now.";
                return Refuse(StatusCodes.Status401Unauthorized, Look);

            default:
                NewFault = ((OwnPasswordChange.Refused)outcome).Faults[0].Message;
                return Refuse(StatusCodes.Status400BadRequest, Look);
        }
    }
}
