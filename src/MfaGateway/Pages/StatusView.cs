using MfaGateway.Access;
using MfaGateway.Hardening;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace MfaGateway.Pages;

/// <summary>What an error page shows; no internals.</summary>
/// <param name="Id">Short, and in the log.</param>
public sealed record StatusReport(int Status, string Title, string? Advice, string Id, DateTimeOffset At)
{
    /// <summary>Whether another account might have access.</summary>
    public bool IsDenied { get; init; }

    /// <summary>In place of the ways on that the status alone tells.</summary>
    public ProblemLink? Way { get; init; }
}

/// <summary>Renders the error page by itself: no routing, no store, nothing that may be what failed.</summary>
public sealed class StatusView(IRazorViewEngine views, ITempDataProvider tempData)
{
    public Task WriteAsync(HttpContext context, StatusReport report) =>
        SharedView.WriteAsync(views, tempData, context, "/Pages/Shared/Status.cshtml", report);

    /// <summary>The page for a person whose session has ended, or does not suffice.</summary>
    public Task WriteAsync(HttpContext context, EndedPage ended) =>
        SharedView.WriteAsync(views, tempData, context, "/Pages/Shared/Ended.cshtml", ended);
}
