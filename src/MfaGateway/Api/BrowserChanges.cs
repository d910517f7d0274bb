using MfaGateway.Configuration;
using MfaGateway.Hardening;

namespace MfaGateway.Api;

/// <summary>
/// Keeps scripts of apps from changing accounts: every app on the origin may call this API with the session of the person who
/// looks at it. By path, so that an endpoint that is added later is covered.
/// </summary>
public sealed class BrowserChanges(GatewayOptions options)
{
    private readonly PathString _root = options.PathPrefix + JsonApi.Path;

    /// <returns>What to answer instead; null when the request is none of these, is made by no browser, or the operator allows it.</returns>
    public Problem? Judge(HttpRequest request) =>
        !options.Api.BrowserChanges && IsBrowser(request) && IsGuarded(request.Path, request.Method) ? ApiProblems.BrowserChangesOff : null;

    /// <summary>Whether an operation is one that browsers are refused by default.</summary>
    /// <param name="path">With the gateway's prefix.</param>
    public bool IsGuarded(PathString path, string method)
    {
        if (!path.StartsWithSegments(_root, StringComparison.OrdinalIgnoreCase, out var operation))
            return false;

        // Enrolment shows an authenticator's secret and recovery codes: reading them is having the second factor.
        return IsUnder(operation, "/enroll") || IsUnder(operation, "/admin")
            || (IsUnder(operation, "/account") && !HttpMethods.IsGet(method));
    }

    private static bool IsUnder(PathString operation, PathString group) =>
        operation.StartsWithSegments(group, StringComparison.OrdinalIgnoreCase);

    // Fetch Metadata: browsers add these themselves, and no script can take them away.
    private static bool IsBrowser(HttpRequest request) =>
        request.Headers.Any(header => header.Key.StartsWith("Sec-Fetch-", StringComparison.OrdinalIgnoreCase));
}
