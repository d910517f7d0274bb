using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace MfaGateway.Pages;

/// <summary>Renders the page that posts a form once more.</summary>
public sealed class RepostView(IRazorViewEngine views, ITempDataProvider tempData)
{
    public Task WriteAsync(HttpContext context, IReadOnlyList<KeyValuePair<string, string>> fields) =>
        SharedView.WriteAsync(views, tempData, context, "/Pages/Shared/Repost.cshtml", fields);
}
