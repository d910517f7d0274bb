using System.Globalization;
using MfaGateway.Core.Auditing;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>The audit log, newest first, or what is looked for in it.</summary>
public sealed class AuditModel(AdminVisit visit, AuditLog log, PageLinks links) : AdminPage(visit)
{
    private const int PageSize = 50;

    /// <summary>Stands in for the id of a name that nobody has: nothing is about it.</summary>
    private const string Nobody = "-";

    [BindProperty(SupportsGet = true)]
    public AuditQuery Query { get; set; } = new();

    public AuditLogPage Log { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var filter = new AuditFilter
        {
            AccountId = await FindIdAsync(Query.User, cancellationToken),
            Actor = await FindIdAsync(Query.By, cancellationToken),
            Event = AuditEventKinds.NameOf(Query.Event),
            Succeeded = Query.Result switch { "done" => true, "refused" => false, _ => null },
            ClientAddress = string.IsNullOrWhiteSpace(Query.Address) ? null : Query.Address.Trim(),
            From = DayOf(Query.From),
            Until = DayOf(Query.Until)?.AddDays(1),
        };
        Log = await log.ReadAsync(filter, Query.Before, PageSize, cancellationToken);
    }

    /// <summary>The same list from another place on.</summary>
    public string At(long? before) => links.AuditLog + (Query with { Before = before }).ToQueryString();

    private async Task<string?> FindIdAsync(string? typed, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(typed) ? null : await log.FindIdAsync(typed.Trim(), cancellationToken) ?? Nobody;

    // What is no day asks for nothing.
    private static DateTimeOffset? DayOf(string? typed) =>
        DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day < DateOnly.MaxValue
            ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
            : null;
}
