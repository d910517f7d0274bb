using MfaGateway.Core.Access;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Authorization;

namespace MfaGateway.Access;

/// <summary>
/// Gives the framework, and through it YARP, the access policies by name. An unknown name gives null, on which YARP
/// refuses the route's configuration. What names no policy at all is denied.
/// </summary>
public sealed class AccessPolicyProvider : IAuthorizationPolicyProvider
{
    // An endpoint that says nothing is one that somebody forgot. It asks nobody who they are: pages that are open to all
    // come by here too, and their forms must not change hands with a sign-in in another tab.
    private static readonly AuthorizationPolicy Fallback = new([new AccessRequirement(AccessPolicy.Deny)], []);

    private readonly Dictionary<string, AuthorizationPolicy> _policies;

    public AccessPolicyProvider(AccessPolicies policies)
    {
        _policies = policies.Names.ToDictionary(
            name => name, name => ToFramework(policies.GetOrDeny(name)), StringComparer.OrdinalIgnoreCase);
    }

    public bool AllowsCachingPolicies => true;

    public Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) => Task.FromResult(_policies.GetValueOrDefault(policyName));

    public Task<AuthorizationPolicy> GetDefaultPolicyAsync() => Task.FromResult(_policies[AccessPolicy.DefaultName]);

    public Task<AuthorizationPolicy?> GetFallbackPolicyAsync() => Task.FromResult<AuthorizationPolicy?>(Fallback);

    private static AuthorizationPolicy ToFramework(AccessPolicy policy) =>
        new([new AccessRequirement(policy)], [SessionAuthenticationHandler.SchemeName]);
}
