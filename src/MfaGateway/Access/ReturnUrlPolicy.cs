using System.Diagnostics.CodeAnalysis;
using MfaGateway.Core.Access;
using MfaGateway.Hardening;

namespace MfaGateway.Access;

/// <summary>Which access policy the target of a return URL demands, so that one sign-in is enough to get there.</summary>
/// <remarks>
/// It is a forecast: the route's own policy decides when the browser gets there, and asks for more if this was wrong.
/// </remarks>
public sealed class ReturnUrlPolicy(RouteProbe routes, AccessPolicies policies)
{
    public bool IsKnown([NotNullWhen(true)] string? policyName) => policyName is not null && policies.TryGet(policyName, out _);

    /// <param name="returnUrl">A checked local path.</param>
    /// <returns>The name of a known policy that signing in can meet; the default one where the target has none such.</returns>
    public async ValueTask<string> FindPolicyNameAsync(HttpContext context, string returnUrl)
    {
        // Our own pages ask for what they need; whoever has a second factor is asked for it anyway.
        if (routes.IsOwnPage(returnUrl))
            return StrengthNames.OneFactor;

        // What would be refused as a target has no policy of its own.
        if (RequestTargetReader.Read(returnUrl, HttpMethods.Get, host: null) is RequestTargetReading.Refused)
            return AccessPolicy.DefaultName;

        var target = new UriBuilder("http://localhost" + returnUrl).Uri;
        var probe = RouteProbe.RequestLike(context);
        probe.Request.Method = HttpMethods.Get;
        probe.Request.QueryString = new QueryString(target.Query);
        var name = await routes.FindPolicyNameAsync(probe, PathString.FromUriComponent(target).Value ?? "/");

        return name is not null && policies.GetOrDeny(name) is { DeniesEverybody: false, Demand.Strength: > Strength.None }
            ? name
            : AccessPolicy.DefaultName;
    }
}
