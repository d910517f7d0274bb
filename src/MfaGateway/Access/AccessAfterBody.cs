using MfaGateway.Hardening;
using MfaGateway.Proxying;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace MfaGateway.Access;

/// <summary>
/// Asks once more whether a request may pass, when all of it has come: when its last byte comes is the client's choice, and by then the session may
/// have ended, or a right been taken away, by which it was let through at its beginning.
/// </summary>
public sealed class AccessAfterBody(IAuthorizationPolicyProvider policies, IPolicyEvaluator evaluator, IAuthorizationMiddlewareResultHandler refusals)
{
    /// <returns>False when it may not; the answer is written then.</returns>
    /// <exception cref="Core.Storage.StoreUnavailableException">It can't be known; nothing may be done.</exception>
    public async Task<bool> HoldsAsync(HttpContext context)
    {
        // Nothing has been decided by a session yet: what asks for one from here on reads it as it is now.
        if (context.Features.Get<LiveSession>() is null)
            return true;

        context.Features.Set<LiveSession>(null);
        context.Features.Set<PreparedIdentity>(null);
        if (await PolicyOf(context) is not { } policy)
            return true;

        var authenticated = await evaluator.AuthenticateAsync(policy, context);
        var result = await evaluator.AuthorizeAsync(policy, authenticated, context, resource: null);
        if (result.Succeeded)
            return true;

        // On a proxied route too, it is not the app that answers.
        ResponseOrigin.MarkOwn(context);
        await refusals.HandleAsync(static _ => Task.CompletedTask, context, policy, result);
        return false;
    }

    private Task<AuthorizationPolicy?> PolicyOf(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata ?? EndpointMetadataCollection.Empty;
        return metadata.GetMetadata<IAllowAnonymous>() is null
            ? AuthorizationPolicy.CombineAsync(policies, metadata.GetOrderedMetadata<IAuthorizeData>(), metadata.GetOrderedMetadata<AuthorizationPolicy>())
            : Task.FromResult<AuthorizationPolicy?>(null);
    }
}
