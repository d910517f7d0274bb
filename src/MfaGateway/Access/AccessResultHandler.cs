using MfaGateway.Configuration;
using MfaGateway.Core.Access;
using MfaGateway.Hardening;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace MfaGateway.Access;

/// <summary>Answers what is not let through, in the way that each kind of client understands.</summary>
public sealed class AccessResultHandler(GatewayOptions options, AccessProblems problems, CrossSitePosts crossSitePosts) : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
            return next(context);

        // No route: the same for everyone, since no sign-in would make one.
        var endpoint = context.GetEndpoint();
        if (endpoint is null)
            return NotFoundAsync(context);

        // Nor is the framework's own answer to a method that no route takes (405 with Allow) one of the operator's.
        if (endpoint is not RouteEndpoint && endpoint.RequestDelegate is { } answer)
            return answer(context);

        // Without a word from our own handler, something else refused: that is a refusal for good.
        var refusal = context.Features.Get<AccessRefusal>() ?? new AccessRefusal(AccessDecision.Deny, AccessPolicy.Deny);
        return refusal.Decision == AccessDecision.Deny
            ? DenyAsync(context)
            : ChallengeAsync(context, refusal);
    }

    private async Task ChallengeAsync(HttpContext context, AccessRefusal refusal)
    {
        var request = context.Request;
        context.Response.Headers.CacheControl = "no-store";
        if (ClientKinds.IsNavigation(request) && !SameSiteFrames.Is(context))
        {
            context.Response.Redirect(problems.PageFor(refusal, ReturnUrls.OfRequest(context)));
            return;
        }

        if (IsFormOfOurs(context))
        {
            // RFC 9110 15.4.4: what follows is fetched with GET. Nothing was done; the form is there again
            // after the proof, at the address that it posts to.
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = problems.PageFor(refusal, ReturnUrls.OfRequest(context));
            return;
        }

        if (refusal.Decision == AccessDecision.SignIn && await crossSitePosts.OfferAsync(context))
            return;

        // RFC 9110 15.5.2 wants a challenge with every 401; this one is no scheme that a browser asks a password for.
        context.Response.Headers.WWWAuthenticate = problems.Scheme;
        if (ClientKinds.WantsPage(request))
        {
            // To the person: a redirect would lose what they typed, or show a sign-in form in a frame.
            var ended = SameSiteFrames.Is(context)
                ? problems.InFrame(refusal, SameSiteFrames.ReturnUrl(context), HttpMethods.IsPost(request.Method) ? "Nothing was sent." : null)
                : problems.NothingSent(refusal, ReturnUrls.OfRequest(context), request.Headers["Sec-Fetch-Site"] == "cross-site");
            context.Features.Set(ended);
            await Problems.WriteAsync(context, ended.Problem);
            return;
        }

        await Problems.WriteAsync(context, problems.For(refusal));
    }

    private static Task DenyAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Problems.WriteAsync(context, AccessProblems.Denied);
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Problems.WriteAsync(context, StatusTexts.ProblemFor(StatusCodes.Status404NotFound));
    }

    private bool IsFormOfOurs(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method)
        && context.Request.Path.StartsWithSegments(options.PathPrefix, StringComparison.OrdinalIgnoreCase)
        && ClientKinds.WantsPage(context.Request);
}
