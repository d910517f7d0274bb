using MfaGateway.Configuration;
using MfaGateway.Core.Access;
using MfaGateway.Hardening;

namespace MfaGateway.Access;

/// <summary>What a program is told that is not let through, and where a person can do something about it.</summary>
public sealed class AccessProblems(GatewayOptions options)
{
    public static Problem Denied { get; } = new(
        StatusCodes.Status403Forbidden, "access-denied", "You may not open this.",
        "Signing in again does not help. Ask the administrator of this site for access.");

    private const string Resend =
        "Nothing was sent. What you entered is not lost: {0} in a new tab, then come back to this one and reload it. Your browser asks whether to send the form again.";

    // Sent again by a reload it would still be a form of the other site, and come without the session's cookie.
    private const string StartAgain = "Nothing was sent. Sign in here first, then start again on the other site.";

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

    /// <summary>For a person whose form was not passed on: what they typed is still in the browser.</summary>
    /// <param name="returnUrl">A checked local path.</param>
    /// <param name="isFromElsewhere">Whether another site's page sent the form.</param>
    public EndedPage NothingSent(AccessRefusal refusal, string returnUrl, bool isFromElsewhere) => (refusal.Decision, isFromElsewhere) switch
    {
        (AccessDecision.SignIn, true) => NothingSent("sign-in-required", "This form came from another site.", StartAgain, refusal, returnUrl, "Sign in in a new tab"),
        (AccessDecision.SignIn, false) => NothingSent("sign-in-required", "Your session has ended.", ResendAfter("sign in"), refusal, returnUrl, "Sign in in a new tab"),
        _ => NothingSent("step-up-required", "Confirm that it is you.", ResendAfter("confirm"), refusal, returnUrl, "Confirm in a new tab"),
    };

    /// <summary>For a person who sees a part of an app in a frame.</summary>
    /// <param name="returnUrl">A checked local path.</param>
    /// <param name="detail">What became of what was sent; null where nothing was.</param>
    public EndedPage InFrame(AccessRefusal refusal, string returnUrl, string? detail) => refusal.Decision == AccessDecision.SignIn
        ? new(new(StatusCodes.Status401Unauthorized, "sign-in-required", "Your session has ended.", detail), PageFor(refusal, returnUrl), "Sign in again", "_top")
        : new(new(StatusCodes.Status401Unauthorized, "step-up-required", "Confirm that it is you.", detail), PageFor(refusal, returnUrl), "Continue", "_top");

    /// <param name="returnUrl">A checked local path.</param>
    public string PageFor(AccessRefusal refusal, string returnUrl)
    {
        var query = "?returnUrl=" + Uri.EscapeDataString(returnUrl);
        return refusal.Decision == AccessDecision.SignIn
            ? $"{options.PathPrefix}/sign-in{query}"
            : $"{options.PathPrefix}/challenge{query}&policy={Uri.EscapeDataString(refusal.Policy.Name)}";
    }

    private EndedPage NothingSent(string name, string title, string detail, AccessRefusal refusal, string returnUrl, string button) =>
        new(new(StatusCodes.Status401Unauthorized, name, title, detail), PageFor(refusal, returnUrl), button, "_blank");

    private static string ResendAfter(string act) => Resend.Replace("{0}", act, StringComparison.Ordinal);

    private static string Freshness(AccessPolicy policy) =>
        policy.Demand.MaxAge is { } age ? $" no older than {age:c}" : string.Empty;
}
