using System.Globalization;
using MfaGateway.Core.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>Takes a person's second factor away, and shows once the code that they need to set up a new one.</summary>
public sealed class ResetModel(AdminVisit visit, AccountOverviewReader people, PageLinks links, AdministrationService administration)
    : PersonPage(visit, people, links)
{
    [BindProperty(Name = "reason")]
    public string? Reason { get; set; }

    [BindProperty(Name = "confirm")]
    public string? Confirm { get; set; }

    /// <summary>What the form showed. A page that is loaded again must not reset again: the code handed over would be void.</summary>
    [BindProperty(Name = "seen")]
    public string? Seen { get; set; }

    /// <summary>Changes with every reset and enrolment.</summary>
    public string Standing => string.Create(
        CultureInfo.InvariantCulture, $"{Person.Authenticators.Count}/{Person.EnrollmentCode?.ExpiresAt.ToUnixTimeMilliseconds()}");

    public string? ReasonFault { get; private set; }

    public string? ConfirmFault { get; private set; }

    public SecondFactorReset.Done? Done { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        if (Seen is not null && Seen != Standing)
            return Conclude(AccountChange.Outdated, AdminNotices.Saved);

        if (Confirm != "true")
        {
            ConfirmFault = "Say that you are sure who asked for this.";
            return Refuse(StatusCodes.Status400BadRequest, LookBelow);
        }

        switch (await administration.ResetSecondFactorAsync(Person.Account, Reason, await ReadActorAsync(), cancellationToken))
        {
            case SecondFactorReset.Done done:
                Done = done;
                return Page();

            case SecondFactorReset.ReasonRefused:
                ReasonFault = FormattableString.Invariant(
                    $"Give a reason of {AdministrationService.MinReason} to {AdministrationService.MaxReason} characters.");
                return Refuse(StatusCodes.Status400BadRequest, LookBelow);

            default:
                return Missing();
        }
    }
}
