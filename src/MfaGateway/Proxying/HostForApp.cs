using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>
/// Runs behind what chooses the <c>Host</c> header. A destination's own <c>Host</c> is kept, as it is without the original
/// one; and a public name is not what an app inside is asked for over TLS.
/// </summary>
/// <param name="isDefault">No transform of the route says which host is sent.</param>
internal sealed class HostForApp(bool isDefault) : RequestTransform
{
    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var headers = context.ProxyRequest.Headers;
        var http = context.HttpContext;
        if (headers.Host is not { } host || !host.Equals(http.Request.Host.Value, StringComparison.Ordinal))
            return default;
        if (isDefault && http.Features.Get<IReverseProxyFeature>()?.ProxiedDestination?.Model.Config.Host is { Length: > 0 } own)
            headers.Host = own;
        else
            context.ProxyRequest.Options.Set(TlsByAddress.IsWanted, true);
        return default;
    }
}
