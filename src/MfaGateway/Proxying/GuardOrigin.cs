using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>Takes away what an app's answer would change for the whole origin; see <see cref="OriginWideHeaders"/>.</summary>
/// <param name="removed">The names to remove.</param>
/// <param name="keepsTransportSecurity">Whether any <c>Strict-Transport-Security</c> of the app passes.</param>
internal sealed class GuardOrigin(string[] removed, bool keepsTransportSecurity) : ResponseTransform
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

        return ValueTask.CompletedTask;
    }
}
