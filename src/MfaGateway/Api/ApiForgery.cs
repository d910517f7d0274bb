using MfaGateway.Hardening;

namespace MfaGateway.Api;

/// <summary>
/// What must hold before a request may change anything. A form or a link of another site can't add a header; a script of
/// another site can't either unless this origin allows it by CORS, which it never does (Fetch, section 3.3).
/// </summary>
public static class ApiForgery
{
    /// <summary>Not of the family X-Mfa-*, which gateways take away: one in front of another must not break it.</summary>
    public const string Header = "Mfa-Csrf";

    public const string Value = "1";

    /// <returns>What to answer instead; null when the request is one that only a program of this origin, or no browser, can send.</returns>
    public static Problem? Judge(HttpRequest request)
    {
        if (!IsFromHere(request))
            return ApiProblems.CrossOrigin;

        return request.Headers[Header] is [Value] ? null : ApiProblems.HeaderMissing;
    }

    /// <summary>Stricter than for forms: no address bar sends such a request, and a script's <c>Origin</c> is known.</summary>
    private static bool IsFromHere(HttpRequest request)
    {
        var saysSameOrigin = false;
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site)
        {
            if (site is not ["same-origin"])
                return false;
            saysSameOrigin = true;
        }

        return request.Headers.Origin switch
        {
            { Count: 0 } => true,
            ["null"] => saysSameOrigin,
            [{ } only] => RequestForgery.IsOwnOrigin(request, only),
            _ => false,
        };
    }
}
