using System.Globalization;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>What is looked for in the audit log, as it stands in the address.</summary>
public sealed record AuditQuery
{
    /// <summary>Whom it is about: a user name.</summary>
    [FromQuery(Name = "user")]
    public string? User { get; init; }

    /// <summary>Who did it: a user name, <c>command</c> or <c>gateway</c>.</summary>
    [FromQuery(Name = "by")]
    public string? By { get; init; }

    /// <summary>A word of <see cref="AuditEventKinds"/>.</summary>
    [FromQuery(Name = "event")]
    public string? Event { get; init; }

    /// <summary><c>done</c> or <c>refused</c>.</summary>
    [FromQuery(Name = "result")]
    public string? Result { get; init; }

    [FromQuery(Name = "address")]
    public string? Address { get; init; }

    /// <summary>The first day (UTC), as <c>2026-03-02</c>.</summary>
    [FromQuery(Name = "from")]
    public string? From { get; init; }

    /// <summary>The last day.</summary>
    [FromQuery(Name = "until")]
    public string? Until { get; init; }

    /// <summary>Only entries with a sequence below this one.</summary>
    [FromQuery(Name = "before")]
    public long? Before { get; init; }

    public bool IsFiltered => this with { Before = null } != new AuditQuery();

    public QueryString ToQueryString() => QueryString.Create(
        new Dictionary<string, string?>
        {
            ["user"] = User,
            ["by"] = By,
            ["event"] = Event,
            ["result"] = Result,
            ["address"] = Address,
            ["from"] = From,
            ["until"] = Until,
            ["before"] = Before?.ToString(CultureInfo.InvariantCulture),
        }.Where(pair => !string.IsNullOrEmpty(pair.Value)));
}
