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
        "Open this address with https://. If you run this site and did so: a proxy in front of the gateway takes the HTTPS "
        + "away. Name its network under MfaGateway:TrustedProxies, and have it send X-Forwarded-Proto. To try the gateway out on "
        + "this machine, open it as http://localhost.");

    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        if (PlainLoopback.CanSignIn(context.HttpContext))
            return;

        context.HttpContext.Features.Set(NeedsHttps);
        context.Result = new StatusCodeResult(NeedsHttps.Status);
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
