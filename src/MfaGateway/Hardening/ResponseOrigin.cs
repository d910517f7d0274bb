using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace MfaGateway.Hardening;

/// <summary>Whose response it is: the upstream app's, which passes untouched, or the gateway's own.</summary>
public static class ResponseOrigin
{
    /// <summary>Whether the upstream app answered. Where forwarding failed or was refused, the answer is the gateway's.</summary>
    public static bool IsUpstream(HttpContext context) =>
        context.Features.Get<IReverseProxyFeature>() is not null
        && context.Features.Get<IForwarderErrorFeature>() is null
        && context.Features.Get<OwnAnswer>() is null;

    /// <summary>Says that the gateway answers itself, also where a proxied route was on its way already.</summary>
    public static void MarkOwn(HttpContext context) => context.Features.Set(OwnAnswer.Instance);

    private sealed class OwnAnswer
    {
        public static readonly OwnAnswer Instance = new();
    }
}
