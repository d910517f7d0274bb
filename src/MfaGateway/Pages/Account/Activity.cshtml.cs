using MfaGateway.Core.Auditing;
using MfaGateway.Core.SelfService;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account;

/// <summary>What happened to one's own account, newest first.</summary>
public sealed class ActivityModel(AccountVisit visit, OwnActivity activity) : AccountPage(visit)
{
    /// <summary>Entries before this sequence. Whatever is asked for, they are the person's own.</summary>
    [BindProperty(Name = "before", SupportsGet = true)]
    public long? Before { get; set; }

    public string AccountId { get; private set; } = string.Empty;

    public OwnActivityPage Entries { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        AccountId = (await ReadVisitorAsync()).Account.Id;
        Entries = await activity.ListAsync(AccountId, Before, cancellationToken);
    }

    /// <summary>Where one's own doings came from; where others are is theirs.</summary>
    public string WhoOf(AuditEntry entry)
    {
        if (entry.Actor == AccountId || entry.Actor is null)
            return entry.ClientAddress is null ? string.Empty : $"From {entry.ClientAddress}";

        return "By an administrator";
    }
}
