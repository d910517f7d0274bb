using MfaGateway.Pages;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MfaGateway.Hardening;

/// <summary>
/// Every post must come from a page of this origin, and bring its request token. A form whose token does not hold
/// (cookies cleared, a page of yesterday) is shown again; nothing it said is looked at.
/// </summary>
public sealed class RequestForgery : IAsyncPageFilter
{
    private const string Outdated = "This form was out of date, so nothing was done. Please try once more. If it happens again, allow cookies for this site.";

    public async Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context)
    {
        var http = context.HttpContext;
        // A page that takes no post answers 405 before any token is looked at.
        if (!HttpMethods.IsPost(http.Request.Method) || context.HandlerMethod is null)
            return;

        if (!IsFromHere(http.Request))
            http.Features.Set(new Refusal(ShowForm: false));
        else if (!await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http))
            http.Features.Set(new Refusal(ShowForm: true));
        else
            return;

        // The handler that shows the form takes the place of the one that would have done something.
        context.HandlerMethod = context.ActionDescriptor.HandlerMethods.FirstOrDefault(
            handler => HttpMethods.IsGet(handler.HttpMethod) && handler.Name is null);
    }

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var refusal = context.HttpContext.Features.Get<Refusal>();
        if (refusal is { ShowForm: false })
        {
            context.Result = new StatusCodeResult(StatusCodes.Status400BadRequest);
            return;
        }

        if (context.HandlerMethod is null && HttpMethods.IsPost(context.HttpContext.Request.Method))
        {
            context.Result = new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
            return;
        }

        var executed = await next();
        if (refusal is null || executed.Exception is not null)
            return;

        if (executed.Result is null or PageResult && context.HandlerInstance is GatewayPage page)
        {
            page.Error = Outdated;
            context.HttpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
        else
        {
            executed.Result = new StatusCodeResult(StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>
    /// What the browser itself says about where a post comes from: <c>Sec-Fetch-Site</c> (W3C Fetch Metadata section 2.4)
    /// and <c>Origin</c>, of which neither may say that it is elsewhere. <c>Origin: null</c> says nothing: our own pages send
    /// it, because they send no referrer.
    /// </summary>
    private static bool IsFromHere(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site is not (["same-origin"] or ["none"]))
            return false;

        if (request.Headers.Origin is not { Count: > 0 } origin || origin is ["null"])
            return true;

        return origin is [{ } only] && IsOwnOrigin(request, only);
    }

    internal static bool IsOwnOrigin(HttpRequest request, string origin) =>
        origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);

    private sealed record Refusal(bool ShowForm);
}
