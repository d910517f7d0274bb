using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

/// <summary>303 (RFC 9110 section 15.4.4): the answer to a form is at another address, to be fetched with GET.</summary>
/// <remarks>
/// Browsers hold every redirect that follows a form against the page's <c>form-action</c> (CSP level 3), the app's own to another
/// origin included. A browser that leaves for an app is therefore led by a page of its own, from which the app's address is
/// opened anew; programs get the address itself. See docs/decisions/0013-a-page-between-forms-and-apps.md.
/// </remarks>
/// <param name="location">A local path of printable ASCII characters.</param>
public sealed class SeeOtherResult(string location) : ActionResult
{
    public override void ExecuteResult(ActionContext context)
    {
        var http = context.HttpContext;
        var links = http.RequestServices.GetRequiredService<PageLinks>();
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = IsBrowser(http.Request) && !links.IsOwn(location) ? links.Continue(location) : location;
    }

    private static bool IsBrowser(HttpRequest request) => request.Headers["Sec-Fetch-Mode"] is ["navigate"];
}
