using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>
/// An app that names its own address in <c>Location</c> or <c>Content-Location</c> leads clients to where they can't go:
/// such a value is given the address by which the client has asked. Every other value passes untouched.
/// </summary>
internal sealed class PublicLocations(PathRewrite rewrite) : ResponseTransform
{
    private static readonly string[] Names = ["Location", "Content-Location"];

    public override ValueTask ApplyAsync(ResponseTransformContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        foreach (var name in Names)
        {
            if (headers.TryGetValue(name, out var values) && values is [{ } value] && Rewrite(context.HttpContext, value) is { } rewritten)
                headers[name] = rewritten;
        }

        return default;
    }

    private string? Rewrite(HttpContext context, string value)
    {
        var request = context.Request;
        // "//host/path" takes the scheme of the page that it stands on.
        var absolute = value.StartsWith("//", StringComparison.Ordinal) ? $"{request.Scheme}:{value}" : value;
        if (!request.Host.HasValue || PathStart(absolute) is not { } start
            || !Uri.TryCreate(absolute[..start], UriKind.Absolute, out var named) || named.UserInfo.Length > 0
            || !IsHttp(named.Scheme))
        {
            return null;
        }

        var own = Addresses(context).FirstOrDefault(address => IsSame(address, named));
        if (own is null)
            return null;
        var rest = Outside(absolute[start..], own.AbsolutePath);
        return $"{request.Scheme}://{request.Host.Value}{rest}";
    }

    private static bool IsHttp(string scheme) => scheme == Uri.UriSchemeHttp || scheme == Uri.UriSchemeHttps;

    private static IEnumerable<Uri> Addresses(HttpContext context) =>
        from destination in context.GetReverseProxyFeature().Route.Cluster?.Destinations.Values ?? []
        where Uri.IsWellFormedUriString(destination.Model.Config.Address, UriKind.Absolute)
        select new Uri(destination.Model.Config.Address);

    // An app that knows it is served by HTTPS may write so of its own host, too.
    private static bool IsSame(Uri address, Uri named) =>
        address.IdnHost.Equals(named.IdnHost, StringComparison.OrdinalIgnoreCase)
        && (address.Port == named.Port || (address.IsDefaultPort && named.IsDefaultPort));

    private static int? PathStart(string absolute)
    {
        var authority = absolute.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
            return null;
        var end = absolute.AsSpan(authority + 3).IndexOfAny('/', '?', '#');
        return end < 0 ? absolute.Length : authority + 3 + end;
    }

    /// <summary>The path as clients know it: without what the address has, and with what the route took away.</summary>
    private string Outside(string pathAndMore, string addressPath)
    {
        var inner = Without(pathAndMore, addressPath.TrimEnd('/'));
        foreach (var step in rewrite.Steps.Reverse())
        {
            var prefix = step.Prefix.ToUriComponent().TrimEnd('/');
            inner = step.IsRemoved ? prefix + (inner.StartsWith('/') || prefix.Length == 0 ? inner : "/" + inner) : Without(inner, prefix);
        }

        return inner;
    }

    private static string Without(string pathAndMore, string prefix)
    {
        if (prefix.Length == 0 || !pathAndMore.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            return pathAndMore;
        var rest = pathAndMore[prefix.Length..];
        return rest.Length == 0 ? "/" : rest[0] is '/' ? rest : rest[0] is '?' or '#' ? "/" + rest : pathAndMore;
    }
}
