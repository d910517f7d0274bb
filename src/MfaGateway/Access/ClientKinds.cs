using MfaGateway.Api;
using Microsoft.Net.Http.Headers;

namespace MfaGateway.Access;

/// <summary>Tells a person's browser going to a page from everything else: only the former is redirected.</summary>
public static class ClientKinds
{
    /// <summary>
    /// Whether this is a navigation that a redirect makes sense for. <c>Sec-Fetch-Mode</c>, which no script can set, decides
    /// where the browser sends it (W3C Fetch Metadata section 2.2); else <c>Upgrade</c>, <c>X-Requested-With</c> and <c>Accept</c>.
    /// </summary>
    public static bool IsNavigation(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return false;

        return WantsPage(request);
    }

    /// <summary>Whether whoever asks shows an HTML page to a person, whatever the method.</summary>
    public static bool WantsPage(HttpRequest request)
    {
        // Whoever asks there reads JSON, whatever it says of itself.
        if (request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<ApiEndpoint>() is not null)
            return false;

        var headers = request.Headers;
        if (headers["Sec-Fetch-Mode"] is [{ } mode])
            return mode.Equals("navigate", StringComparison.OrdinalIgnoreCase);

        if (headers.Upgrade.Count > 0 || headers.XRequestedWith.Count > 0)
            return false;

        return MediaTypeHeaderValue.TryParseList(headers.Accept, out var accepted)
            && accepted.Any(type => type.MatchesMediaType("text/html") && type.Type != "*" && type.Quality is not 0);
    }
}
