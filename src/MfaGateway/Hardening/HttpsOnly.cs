using MfaGateway.Configuration;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace MfaGateway.Hardening;

/// <summary>Where no cookie of ours would be safe, pages say so, instead of failing in a way that nobody understands.</summary>
public sealed class HttpsOnly : IResourceFilter
{
    public static readonly Problem NeedsHttps = new(
        StatusCodes.Status403Forbidden,
        "https-required",
        "Signing in needs HTTPS.",
        "Open this page over a secure connection.");

    public static Problem For(HttpContext context) => NeedsHttps with { Way = SecureAddress(context) is { } address ? new("Continue with HTTPS", address) : null };

    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        if (PlainLoopback.CanSignIn(context.HttpContext))
            return;

        context.HttpContext.Features.Set(For(context.HttpContext));
        context.Result = new StatusCodeResult(NeedsHttps.Status);
    }

    // The configured origin, else this host on the port that HTTPS has by itself: what else listens there is not known.
    private static string? SecureAddress(HttpContext context)
    {
        var origin = context.RequestServices.GetRequiredService<GatewayOptions>().PublicOrigin;
        if (origin is null && context.Request.Host.Port is null or 80)
            origin = $"https://{context.Request.Host.Host}";
        return origin?.StartsWith("https://", StringComparison.Ordinal) == true ? origin + ReturnUrls.OfRequest(context) : null;
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
