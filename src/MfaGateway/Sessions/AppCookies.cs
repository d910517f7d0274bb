using MfaGateway.Configuration;
using MfaGateway.Core.IdentityHeaders;
using Yarp.ReverseProxy;

namespace MfaGateway.Sessions;

/// <summary>
/// Expires the apps' own session cookies at sign-out, where the operator has named them. By name, since the one header that
/// clears all (<c>Clear-Site-Data: "cookies"</c>) takes the gateway's own as well, and those of every sibling host.
/// </summary>
public sealed class AppCookies(GatewayOptions options, IProxyStateLookup routes)
{
    private const string Expired = "Expires=Thu, 01 Jan 1970 00:00:00 GMT";

    /// <summary>Whether a name may be expired: a token by RFC 6265, and none of the gateway's own.</summary>
    public static bool IsName(string text) =>
        HeaderName.IsToken(text) && !text.Contains("mfa_", StringComparison.OrdinalIgnoreCase);

    public void Expire(HttpContext context)
    {
        var sent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in options.Session.SignOutCookies)
            Expire(context, name, PathsOf(clusterId: null), sent);
        foreach (var (id, cluster) in options.Clusters)
        {
            foreach (var name in cluster.SignOutCookies)
                Expire(context, name, PathsOf(id), sent);
        }
    }

    // A cookie is one by name, domain and path (RFC 6265 5.3): where an app has set it is not said when it is sent.
    private void Expire(HttpContext context, string name, IEnumerable<string> paths, HashSet<string> sent)
    {
        var secure = context.Request.IsHttps ? "; Secure" : "";
        foreach (var path in paths)
        {
            foreach (var domain in DomainsOf(context.Request.Host.Host))
            {
                var line = $"{name}=; {Expired}; Path={path}{domain}{secure}";
                if (sent.Add(line))
                    context.Response.Headers.Append("Set-Cookie", line);
            }
        }
    }

    private IEnumerable<string> DomainsOf(string host)
    {
        yield return "";
        if (Uri.CheckHostName(host) == UriHostNameType.Dns && host.Contains('.', StringComparison.Ordinal))
            yield return $"; Domain={host}";
        if (options.Session.CookieDomain is { } shared)
            yield return $"; Domain={shared}";
    }

    // The root, and where the routes to the app begin, with and without the slash at the end: what apps set.
    private IEnumerable<string> PathsOf(string? clusterId)
    {
        var matches = routes.GetRoutes()
            .Where(route => clusterId is null || string.Equals(route.Config.ClusterId, clusterId, StringComparison.OrdinalIgnoreCase))
            .Select(route => Literal(route.Config.Match.Path ?? "/"));
        return matches.SelectMany(path => path.Length > 0 ? new[] { path, path + "/" } : []).Prepend("/").Distinct(StringComparer.Ordinal);
    }

    private static string Literal(string pattern)
    {
        var parameter = pattern.IndexOf('{', StringComparison.Ordinal);
        var literal = parameter < 0 ? pattern : pattern[..(pattern[..parameter].LastIndexOf('/') + 1)];
        literal = literal.TrimEnd('/');
        return literal.Contains(';', StringComparison.Ordinal) || literal.Length == 0 || literal[0] == '/' ? literal : "/" + literal;
    }
}
