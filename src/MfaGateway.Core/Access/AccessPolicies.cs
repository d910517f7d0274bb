using System.Diagnostics.CodeAnalysis;

namespace MfaGateway.Core.Access;

/// <summary>Every access policy by its name, the built-in ones and the operator's own. Letter case does not count.</summary>
public sealed class AccessPolicies
{
    private readonly Dictionary<string, AccessPolicy> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="own">The operator's; their names differ from the built-in ones (checked at start).</param>
    public AccessPolicies(IEnumerable<AccessPolicy> own)
    {
        foreach (var policy in BuiltIn.Concat(OwnPages).Concat(own))
            _byName[policy.Name] = policy;
    }

    public static IReadOnlyList<AccessPolicy> BuiltIn { get; } =
        [AccessPolicy.Anonymous, AccessPolicy.OneFactor, AccessPolicy.TwoFactor, AccessPolicy.Deny];

    /// <summary>What the gateway's own pages demand; not for routes.</summary>
    public static IReadOnlyList<AccessPolicy> OwnPages { get; } = [AccessPolicy.AccountChange];

    public IEnumerable<string> Names => _byName.Keys;

    public bool TryGet(string name, [NotNullWhen(true)] out AccessPolicy? policy) => _byName.TryGetValue(name, out policy);

    /// <summary>The policy of that name; the one that denies everybody when there is none (any more).</summary>
    public AccessPolicy GetOrDeny(string name) => _byName.GetValueOrDefault(name, AccessPolicy.Deny);
}
