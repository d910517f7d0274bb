using MfaGateway.Core.Mail;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>What could not be delivered, and why. What the mails say is not shown: some hold a code or a link.</summary>
public sealed class MailModel(AdminVisit visit, MailAdministration mails, PageLinks links) : AdminPage(visit)
{
    private const int PageSize = 50;

    /// <summary>A place in the list; see <see cref="FailedMailPlace"/>.</summary>
    [BindProperty(Name = "after", SupportsGet = true)]
    public string? After { get; set; }

    public FailedMailPage Failed { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        // What is no place is the beginning.
        _ = FailedMailPlace.TryParse(After, out var place);
        Failed = await mails.ReadAsync(place, PageSize, cancellationToken);
    }

    /// <summary>Has everything tried again.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var due = await mails.RetryAllAsync(await ReadActorAsync(), cancellationToken);
        return SeeOther($"{links.Mail}?notice={(due > 0 ? AdminNotices.MailDue : AdminNotices.MailDueSoon)}");
    }
}
