using MfaGateway.Configuration;
using MfaGateway.Core.Access;
using MfaGateway.Hardening;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace MfaGateway.Access;

/// <summary>Answers what is not let through, in the way that each kind of client understands.</summary>
public sealed class AccessResultHandler(GatewayOptions options) : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
            return next(context);

        // Without a word from our own handler, something else refused: that is a refusal for good.
        var refusal = context.Features.Get<AccessRefusal>() ?? new AccessRefusal(AccessDecision.Deny, AccessPolicy.Deny);
        return refusal.Decision == AccessDecision.Deny
            ? DenyAsync(context)
            : ChallengeAsync(context, refusal);
    }

    private Task ChallengeAsync(HttpContext context, AccessRefusal refusal)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (ClientKinds.IsNavigation(context.Request))
        {
            context.Response.Redirect(PageFor(refusal, ReturnUrls.OfRequest(context)));
            return Task.CompletedTask;
        }

        if (IsFormOfOurs(context))
        {
            // RFC 9110 15.4.4: what follows is fetched with GET. Nothing was done; the form is there again
            // after the proof, at the address that it posts to.
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = PageFor(refusal, ReturnUrls.OfRequest(context));
            return Task.CompletedTask;
        }

        // RFC 9110 15.5.2 wants a challenge with every 401; this one is no scheme that a browser asks a password for.
        context.Response.Headers.WWWAuthenticate = $"Cookie realm=\"MfaGateway\", form-action=\"{options.PathPrefix}/sign-in\"";
        return Problems.WriteAsync(context, ProblemFor(refusal));
    }

    private static Task DenyAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Problems.WriteAsync(context, new Problem(
            StatusCodes.Status403Forbidden, "access-denied", "You may not open this.",
            "Signing in again does not help. Ask whoever runs this site for access."));
    }

    private bool IsFormOfOurs(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method)
        && context.Request.Path.StartsWithSegments(options.PathPrefix, StringComparison.OrdinalIgnoreCase)
        && ClientKinds.WantsPage(context.Request);

    private Problem ProblemFor(AccessRefusal refusal)
    {
        var signInUrl = options.PublicOrigin + PageFor(refusal, returnUrl: "/");
        return refusal.Decision == AccessDecision.SignIn
            ? new(StatusCodes.Status401Unauthorized, "sign-in-required", "Sign in first.", Detail: null) { SignInUrl = signInUrl }
            : new(StatusCodes.Status401Unauthorized, "step-up-required", "Prove again who you are.",
                $"This needs {StrengthNames.Of(refusal.Policy.Demand.Strength)} proofs{Freshness(refusal.Policy)}.")
            { SignInUrl = signInUrl };
    }

    private string PageFor(AccessRefusal refusal, string returnUrl)
    {
        var query = "?returnUrl=" + Uri.EscapeDataString(returnUrl);
        return refusal.Decision == AccessDecision.SignIn
            ? $"{options.PathPrefix}/sign-in{query}"
            : $"{options.PathPrefix}/challenge{query}&policy={Uri.EscapeDataString(refusal.Policy.Name)}";
    }

    private static string Freshness(AccessPolicy policy) =>
        policy.Demand.MaxAge is { } age ? $" no older than {age:c}" : string.Empty;
}
