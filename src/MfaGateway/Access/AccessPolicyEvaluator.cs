using MfaGateway.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace MfaGateway.Access;

/// <summary>
/// The framework's seam between its authorization middleware and what decides. Its own implementation walks from service
/// to service for any number of schemes, handlers and requirements; with the one of each that there is here, that cost
/// each proxied request more than everything else the gateway adds.
/// </summary>
public sealed class AccessPolicyEvaluator(SessionReader sessions, AccessRequirementHandler handler) : IPolicyEvaluator
{
    private static readonly Task<AuthenticateResult> Nobody = Task.FromResult(AuthenticateResult.NoResult());
    private static readonly Task<PolicyAuthorizationResult> Allowed = Task.FromResult(PolicyAuthorizationResult.Success());
    private static readonly Task<PolicyAuthorizationResult> Refused = Task.FromResult(PolicyAuthorizationResult.Challenge());

    public Task<AuthenticateResult> AuthenticateAsync(AuthorizationPolicy policy, HttpContext context)
    {
        if (policy.AuthenticationSchemes.Count == 0)
            return Nobody;

        var reading = sessions.ReadAsync(context);
        return reading.IsCompletedSuccessfully ? Conclude(context, reading.Result) : AwaitAsync(context, reading);
    }

    public Task<PolicyAuthorizationResult> AuthorizeAsync(
        AuthorizationPolicy policy, AuthenticateResult authenticationResult, HttpContext context, object? resource)
    {
        // What a refusal means to the client, AccessResultHandler reads from what the handler has noted.
        for (var i = 0; i < policy.Requirements.Count; i++)
        {
            if (policy.Requirements[i] is not AccessRequirement requirement || !handler.Allows(requirement, context))
                return Refused;
        }

        return policy.Requirements.Count > 0 ? Allowed : Refused;
    }

    private static async Task<AuthenticateResult> AwaitAsync(HttpContext context, ValueTask<LiveSession?> reading) =>
        await Conclude(context, await reading);

    private static Task<AuthenticateResult> Conclude(HttpContext context, LiveSession? live)
    {
        if (live is null)
            return Nobody;

        context.User = live.Principal;
        return live.Authenticated;
    }
}
