using MfaGateway.Hardening;
using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>Takes away what an app's answer would change for the whole origin; see <see cref="OriginWideHeaders"/>.</summary>
/// <param name="removed">The names to remove.</param>
/// <param name="keepsTransportSecurity">Whether any <c>Strict-Transport-Security</c> of the app passes.</param>
/// <param name="keepsOpenerPolicy">Whether any <c>Cross-Origin-Opener-Policy</c> of the app passes as it is.</param>
internal sealed class GuardOrigin(string[] removed, bool keepsTransportSecurity, bool keepsOpenerPolicy) : ResponseTransform
{
    public override ValueTask ApplyAsync(ResponseTransformContext context)
    {
        var http = context.HttpContext;
        var headers = http.Response.Headers;
        foreach (var name in removed)
            headers.Remove(name);

        if (!keepsTransportSecurity
            && headers.StrictTransportSecurity is { Count: > 0 } security
            && !OriginWideHeaders.KeepsTransportSecurity(http.Request.IsHttps, security))
        {
            headers.Remove(OriginWideHeaders.TransportSecurity);
        }

        if (!keepsOpenerPolicy && OpenerPolicies.OfApp(http) is { } opener)
            headers[OpenerPolicies.Header] = opener;

        return ValueTask.CompletedTask;
    }
}
