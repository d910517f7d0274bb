using MfaGateway.Access;
using MfaGateway.Pages;

namespace MfaGateway.Hardening;

/// <summary>
/// Gives every refusal and fault of the gateway a face: a page where a person looks at it, a problem document elsewhere.
/// The page shows the id under which the log tells more, and nothing of that.
/// </summary>
public sealed class StatusPages(RequestDelegate next, StatusView view, TimeProvider time, ILogger<StatusPages> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (!IsBare(context))
            return;

        var problem = context.Features.Get<Problem>() ?? StatusTexts.ProblemFor(context.Response.StatusCode);
        if (ClientKinds.WantsPage(context.Request))
            await ShowAsync(context, problem);
        else
            await Problems.WriteAsync(context, problem);
    }

    // The status is set and nothing else: whoever refused leaves it to us to say so.
    private static bool IsBare(HttpContext context) =>
        context.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null or 0 }
        && !ResponseOrigin.IsUpstream(context);

    private async Task ShowAsync(HttpContext context, Problem problem)
    {
        var report = new StatusReport(problem.Status, problem.Title, problem.Detail, context.TraceIdentifier, time.GetUtcNow())
        {
            Way = problem.Way,
            IsDenied = problem.Name == AccessProblems.Denied.Name,
        };
        PagesLog.Shown(logger, report.Id, report.Status);
        try
        {
            if (context.Features.Get<EndedPage>() is { } ended)
                await view.WriteAsync(context, ended);
            else
                await view.WriteAsync(context, report);
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            // The last line: whatever is broken, there is an answer, and it is no more than a sentence.
            PagesLog.NotRendered(logger, report.Id, fault);
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync($"{report.Title}\n{report.Advice}\nError {report.Id}\n", context.RequestAborted);
        }
    }
}

/// <summary>What the gateway puts around everything that it answers itself.</summary>
public static class GatewayResponses
{
    /// <summary>
    /// Security headers, and a page for every refusal. Stands outside of whatever turns faults into refusals, so that
    /// those get their page too.
    /// </summary>
    public static IApplicationBuilder UseGatewayResponses(this IApplicationBuilder app) =>
        app.UseGatewayResponseHeaders().UseMiddleware<StatusPages>();
}
