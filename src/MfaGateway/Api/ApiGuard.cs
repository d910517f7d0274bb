using MfaGateway.Access;
using MfaGateway.Hardening;
using MfaGateway.Sessions;

namespace MfaGateway.Api;

/// <summary>What stands before every endpoint of the API, in the order in which the pages' own checks stand.</summary>
public static class ApiGuard
{
    /// <summary>Around the endpoint itself and not a filter of it: filters come after what was sent has been read.</summary>
    public static void Protect(this IEndpointConventionBuilder endpoints) => endpoints.Add(endpoint =>
    {
        if (endpoint.RequestDelegate is { } guarded)
            endpoint.RequestDelegate = context => InvokeAsync(context, guarded);
    });

    private static async Task InvokeAsync(HttpContext context, RequestDelegate guarded)
    {
        if (await JudgeAsync(context) is { } problem)
            await ApiProblems.WriteAsync(context, problem);
        else if (HttpMethods.IsGet(context.Request.Method) || await context.RequestServices.GetRequiredService<AccessAfterBody>().HoldsAsync(context))
            await guarded(context);
    }

    private static async Task<Problem?> JudgeAsync(HttpContext context)
    {
        if (!PlainLoopback.CanSignIn(context))
            return HttpsOnly.NeedsHttps;

        var changes = context.RequestServices.GetRequiredService<BrowserChanges>();
        if (HttpMethods.IsGet(context.Request.Method))
            return changes.Judge(context.Request);

        return ApiForgery.Judge(context.Request)
            ?? changes.Judge(context.Request)
            ?? await BodyReader.ReadAsync(context, context.GetEndpoint()?.Metadata.GetMetadata<BodyType>()?.Type ?? typeof(Nothing));
    }
}
