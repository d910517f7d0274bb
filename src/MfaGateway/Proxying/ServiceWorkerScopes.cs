using MfaGateway.Hardening;
using Microsoft.AspNetCore.Http.Features;

namespace MfaGateway.Proxying;

/// <summary>
/// Refuses the script of a service worker that could answer for the gateway's own pages: it would see passwords and codes on
/// their way, and stay when the app is long closed. A worker's reach is the directory of its script (W3C Service Workers,
/// "Update", step on max scope), since <c>Service-Worker-Allowed</c> does not pass.
/// </summary>
internal sealed class ServiceWorkerScopes(RequestDelegate next, HardeningOptions options)
{
    private static readonly Problem Refused = new(
        StatusCodes.Status403Forbidden, "service-worker-refused", "A service worker of this address would reach the sign-in pages.",
        $"Serve its script from a directory of the app's own, or set the route's metadata {OriginGuardTransforms.AllowServiceWorkers}.");

    private readonly string _pages = options.PathPrefix + "/";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        // Sec-Fetch-Dest in today's browsers; Service-Worker in all that have workers. A script can set neither.
        if ((headers["Sec-Fetch-Dest"] != "serviceworker" && headers["Service-Worker"].Count == 0)
            || !Reaches(context)
            || RouteMetadata.IsSet(context.GetReverseProxyFeature().Route.Config.Metadata, OriginGuardTransforms.AllowServiceWorkers))
        {
            return next(context);
        }

        return Problems.WriteAsync(context, Refused);
    }

    // As the browser wrote it, and as the gateway reads it, which finds its pages under encoded names as well.
    private bool Reaches(HttpContext context) =>
        Covers(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) || Covers(context.Request.Path.Value ?? "/");

    private bool Covers(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        return _pages.StartsWith(path[..(path.LastIndexOf('/') + 1)], StringComparison.OrdinalIgnoreCase);
    }
}
