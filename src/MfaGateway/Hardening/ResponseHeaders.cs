using System.Globalization;
using MfaGateway.Access;
using MfaGateway.Pages;

namespace MfaGateway.Hardening;

/// <summary>The security headers of every response that the gateway itself makes: pages, assets, redirects, refusals, faults.</summary>
public static class ResponseHeaders
{
    // Without 'unsafe-inline' anywhere; data: pictures are for the QR code alone.
    private const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; img-src 'self' data:; "
        + "frame-ancestors 'none'; base-uri 'none'";

    /// <summary>Of what stands in the place of a part of an app: it has no form, and only this origin may frame it.</summary>
    private static readonly string FramedContentSecurityPolicy = ContentSecurityPolicy.Replace("frame-ancestors 'none'", "frame-ancestors 'self'", StringComparison.Ordinal);

    /// <summary>Of the page that posts what another site has sent to an app, which may lead on to any site.</summary>
    private static readonly string OnwardContentSecurityPolicy = ContentSecurityPolicy.Replace(" form-action 'self';", "", StringComparison.Ordinal);

    /// <summary>How long browsers are to stay with HTTPS, in seconds: a year.</summary>
    public const long TransportSecuritySeconds = 31_536_000;

    private static readonly string TransportSecurity = string.Create(CultureInfo.InvariantCulture, $"max-age={TransportSecuritySeconds}");

    private static readonly object OwnRequests = new();

    /// <summary>Lets the script of this page alone ask the gateway for something; other pages' scripts send nothing.</summary>
    public static void AllowOwnRequests(HttpContext context) => context.Items[OwnRequests] = true;

    /// <summary>Stands first in the pipeline, so that what later parts clear or answer themselves has the headers too.</summary>
    public static IApplicationBuilder UseGatewayResponseHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        context.Response.OnStarting(AddAsync, context);
        return next(context);
    });

    private static Task AddAsync(object state)
    {
        var context = (HttpContext)state;
        if (!ResponseOrigin.IsUpstream(context))
            Add(context);

        return Task.CompletedTask;
    }

    private static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        var inFrame = SameSiteFrames.Is(context);
        headers.ContentSecurityPolicy = PolicyOf(context, inFrame);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = inFrame ? "SAMEORIGIN" : "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        // Browsers hold redirects to it as well.
        headers[OpenerPolicies.Header] = OpenerPolicies.OfOwnPage(context);
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";

        // RFC 6797 7.2: never over plain HTTP.
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = TransportSecurity;
    }

    private static string PolicyOf(HttpContext context, bool inFrame)
    {
        if (inFrame)
            return FramedContentSecurityPolicy;
        if (context.Features.Get<PostsOnward>() is not null)
            return OnwardContentSecurityPolicy;
        return context.Items.ContainsKey(OwnRequests) ? $"{ContentSecurityPolicy}; connect-src 'self'" : ContentSecurityPolicy;
    }
}
