using MfaGateway.Core.Access;
using MfaGateway.Hardening;
using MfaGateway.Pages;
using MfaGateway.Proxying;
using MfaGateway.Sessions;
using Yarp.ReverseProxy.Model;

namespace MfaGateway.Access;

/// <summary>
/// A form that another site posts to an app (a SAML response, the return from a payment) comes without the session's cookie, which
/// is <c>SameSite=Lax</c>. Where a route allows it, a page posts the same fields once more, from this site.
/// </summary>
/// <remarks>
/// That takes back what <c>SameSite</c> gives the route: any site can then make a signed-in person's browser post to it. So a route
/// has to ask for it, and its app must check who wrote what it gets.
/// </remarks>
public sealed class CrossSitePosts(GatewayCookies cookies, RepostView view) : IDisposable
{
    /// <summary>Route metadata by which a route takes forms that other sites post.</summary>
    public const string Allow = "MfaGateway.AllowCrossSitePosts";

    // A stranger may ask for these pages, and each takes some megabytes until it is read.
    private const int MostAtOnce = 16;
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _places = new(MostAtOnce);

    /// <summary>Answers with the page that posts once more.</summary>
    /// <returns>False when this is no such request, or its body can't be shown in a form; nothing was answered then.</returns>
    public async Task<bool> OfferAsync(HttpContext context)
    {
        if (!IsMeant(context) || await PostedForm.ReadAsync(context) is not { } fields)
            return false;

        ResponseOrigin.MarkOwn(context);
        if (!await _places.WaitAsync(TimeSpan.Zero, context.RequestAborted))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "5";
            return true;
        }

        try
        {
            using var patience = new CancellationTokenSource(LongestAnswer);
            await using var cut = patience.Token.Register(context.Abort);
            context.Features.Set(PostsOnward.Instance);
            await view.WriteAsync(context, fields);
            return true;
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    // What this site's own page posts says same-origin: it is not offered a second time.
    private bool IsMeant(HttpContext context)
    {
        var (request, headers) = (context.Request, context.Request.Headers);
        return HttpMethods.IsPost(request.Method)
            && headers["Sec-Fetch-Site"] is ["cross-site"]
            && headers["Sec-Fetch-Mode"] is ["navigate"]
            && headers["Sec-Fetch-Dest"] is ["document"]
            && cookies.ReadSession(context).IsEmpty
            && context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is { } route
            && RouteMetadata.IsSet(route.Config.Metadata, Allow);
    }
}

/// <summary>The page that is sent posts to an app, which may lead on to any other site: it has no secret that a form could give away.</summary>
internal sealed class PostsOnward
{
    public static readonly PostsOnward Instance = new();
}
