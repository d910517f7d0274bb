using MfaGateway.Core.Access;
using MfaGateway.Hardening;
using MfaGateway.Proxying;

namespace MfaGateway.Access;

/// <summary>For which application a sign-in is that leads to a return URL: codes by e-mail are made for it alone.</summary>
public sealed class ReturnUrlApplication(RouteProbe routes, ApplicationNames names)
{
    /// <param name="returnUrl">A checked local path.</param>
    public async ValueTask<string> FindAsync(HttpContext context, string returnUrl)
    {
        if (routes.IsOwnPage(returnUrl) || RequestTargetReader.Read(returnUrl, HttpMethods.Get, host: null) is RequestTargetReading.Refused)
            return ApplicationNames.Gateway;

        var target = new UriBuilder("http://localhost" + returnUrl).Uri;
        var probe = RouteProbe.RequestLike(context);
        probe.Request.Method = HttpMethods.Get;
        probe.Request.QueryString = new QueryString(target.Query);
        var cluster = await routes.FindClusterIdAsync(probe, PathString.FromUriComponent(target).Value ?? "/");
        return cluster is null ? ApplicationNames.Gateway : names.Of(cluster);
    }
}
