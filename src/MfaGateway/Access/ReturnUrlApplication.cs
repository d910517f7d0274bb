using MfaGateway.Core.Access;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Hardening;
using MfaGateway.Proxying;

namespace MfaGateway.Access;

/// <summary>For which application a sign-in is that leads to a return URL: codes by e-mail are made for it alone.</summary>
public sealed class ReturnUrlApplication(RouteProbe routes, ApplicationNames names, ApplicationCodes codes)
{
    /// <param name="returnUrl">A checked local path.</param>
    /// <returns>Where the path can be read in several ways, the application with the strictest codes of all readings.</returns>
    public async ValueTask<string> FindAsync(HttpContext context, string returnUrl)
    {
        if (routes.IsOwnPage(returnUrl))
            return ApplicationNames.Gateway;

        var reading = RequestTargetReader.Read(returnUrl, HttpMethods.Get, host: null);
        if (reading is RequestTargetReading.Refused)
            return ApplicationNames.Gateway;

        var target = new UriBuilder("http://localhost" + returnUrl).Uri;
        var probe = RouteProbe.RequestLike(context);
        probe.Request.Method = HttpMethods.Get;
        probe.Request.QueryString = new QueryString(target.Query);
        var found = new List<string>();
        foreach (var path in PathsOf(target, reading))
        {
            if (await routes.FindClusterIdAsync(probe, path) is { } cluster)
                found.Add(names.Of(cluster));
        }
        return found.Count == 0 ? ApplicationNames.Gateway : codes.StrictestOf(found);
    }

    private static IEnumerable<string> PathsOf(Uri target, RequestTargetReading reading)
    {
        var path = PathString.FromUriComponent(target).Value ?? "/";
        return reading is RequestTargetReading.Ambiguous ambiguous ? ambiguous.Paths.Prepend(path) : [path];
    }
}
