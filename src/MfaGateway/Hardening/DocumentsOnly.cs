using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace MfaGateway.Hardening;

/// <summary>
/// The gateway's pages are opened by people, in a tab of their own. A script of an app on the same origin could otherwise
/// read them with <c>fetch</c> or in a frame, request token included, and post their forms.
/// </summary>
public sealed class DocumentsOnly : IResourceFilter
{
    /// <summary>What a browser says that opens a page in a tab or a window (W3C Fetch Metadata section 2.1). No script can set it.</summary>
    private const string TopLevel = "document";

    private static readonly Problem NotOpened = new(
        StatusCodes.Status403Forbidden, "not-a-top-level-page", "This page opens in a tab of its own only.",
        "Open it by a link or from the address bar. Programs use the JSON API.");

    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        var destination = context.HttpContext.Request.Headers["Sec-Fetch-Dest"];
        if (destination.Count == 0 || destination is [TopLevel])
            return;

        context.HttpContext.Features.Set(NotOpened);
        context.Result = new StatusCodeResult(NotOpened.Status);
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
