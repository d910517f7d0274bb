using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace MfaGateway.Pages;

/// <summary>What an error page shows; no internals.</summary>
/// <param name="Id">Short, and in the log.</param>
public sealed record StatusReport(int Status, string Title, string? Advice, string Id, DateTimeOffset At);

/// <summary>Renders the error page by itself: no routing, no store, nothing that may be what failed.</summary>
public sealed class StatusView(IRazorViewEngine views, ITempDataProvider tempData)
{
    private const string Path = "/Pages/Shared/Status.cshtml";

    public async Task WriteAsync(HttpContext context, StatusReport report)
    {
        var view = views.GetView(executingFilePath: null, Path, isMainPage: true).EnsureSuccessful(originalLocations: null).View!;
        var action = new ActionContext(context, new RouteData(), new ActionDescriptor());
        var data = new ViewDataDictionary<StatusReport>(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = report };

        // Rendered to the end before anything is sent: half a page would be worse than none.
        await using var text = new StringWriter();
        await view.RenderAsync(new ViewContext(action, view, data, new TempDataDictionary(context, tempData), text, new HtmlHelperOptions()));
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }
}
