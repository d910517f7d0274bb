using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

/// <summary>303 (RFC 9110 section 15.4.4): the answer to a form is at another address, to be fetched with GET.</summary>
/// <param name="location">A local path of printable ASCII characters.</param>
public sealed class SeeOtherResult(string location) : ActionResult
{
    public override void ExecuteResult(ActionContext context)
    {
        context.HttpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.HttpContext.Response.Headers.Location = location;
    }
}
