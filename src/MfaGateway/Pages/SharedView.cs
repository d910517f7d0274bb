using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace MfaGateway.Pages;

/// <summary>Renders a view by itself: no routing, no store, nothing that may be what failed.</summary>
internal static class SharedView
{
    public static async Task WriteAsync<T>(
        IRazorViewEngine views, ITempDataProvider tempData, HttpContext context, string path, T model)
    {
        var view = views.GetView(executingFilePath: null, path, isMainPage: true).EnsureSuccessful(originalLocations: null).View!;
        var action = new ActionContext(context, new RouteData(), new ActionDescriptor());
        var data = new ViewDataDictionary<T>(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = model };

        // Rendered to the end before anything is sent: half a page would be worse than none.
        await using var text = new StringWriter();
        await view.RenderAsync(new ViewContext(action, view, data, new TempDataDictionary(context, tempData), text, new HtmlHelperOptions()));
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }
}
