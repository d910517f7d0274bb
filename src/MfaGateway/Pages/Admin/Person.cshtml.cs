using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>One person: state, devices, sessions, what happened lately, and the way to every change.</summary>
public sealed class PersonModel(
    AdminVisit visit, AccountOverviewReader people, PageLinks links, AuditLog log, TimeProvider time) : PersonPage(visit, people, links)
{
    private const int Recent = 10;

    public AuditLogPage Log { get; private set; } = null!;

    /// <summary>The code of the last reset is of no use any more.</summary>
    public bool CodeIsOver => Person.EnrollmentCode?.ExpiresAt <= time.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return Missing();

        Log = await log.ReadAsync(new AuditFilter { AccountId = Person.Account.Id }, before: null, Recent, cancellationToken);
        return Page();
    }
}
