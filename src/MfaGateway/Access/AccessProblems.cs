using MfaGateway.Configuration;
using MfaGateway.Core.Access;
using MfaGateway.Hardening;

namespace MfaGateway.Access;

/// <summary>What a program is told that is not let through, and where a person can do something about it.</summary>
public sealed class AccessProblems(GatewayOptions options)
{
    public static Problem Denied { get; } = new(
        StatusCodes.Status403Forbidden, "access-denied", "You may not open this.",
        "Signing in again does not help. Ask whoever runs this site for access.");

    /// <summary>The <c>WWW-Authenticate</c> that RFC 9110 15.5.2 wants with every 401; no scheme that a browser asks a password for.</summary>
    public string Scheme { get; } = $"Cookie realm=\"MfaGateway\", form-action=\"{options.PathPrefix}/sign-in\"";

    public Problem For(AccessRefusal refusal)
    {
        var signInUrl = options.PublicOrigin + PageFor(refusal, returnUrl: "/");
        return refusal.Decision == AccessDecision.SignIn
            ? new(StatusCodes.Status401Unauthorized, "sign-in-required", "Sign in first.", Detail: null) { SignInUrl = signInUrl }
            : new(StatusCodes.Status401Unauthorized, "step-up-required", "Prove again who you are.",
                $"This needs {StrengthNames.Of(refusal.Policy.Demand.Strength)} proofs{Freshness(refusal.Policy)}.")
            { SignInUrl = signInUrl, Policy = refusal.Policy.Name };
    }

    /// <param name="returnUrl">A checked local path.</param>
    public string PageFor(AccessRefusal refusal, string returnUrl)
    {
        var query = "?returnUrl=" + Uri.EscapeDataString(returnUrl);
        return refusal.Decision == AccessDecision.SignIn
            ? $"{options.PathPrefix}/sign-in{query}"
            : $"{options.PathPrefix}/challenge{query}&policy={Uri.EscapeDataString(refusal.Policy.Name)}";
    }

    private static string Freshness(AccessPolicy policy) =>
        policy.Demand.MaxAge is { } age ? $" no older than {age:c}" : string.Empty;
}
