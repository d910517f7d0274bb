using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms.Builder;

namespace MfaGateway.Proxying;

/// <summary>Registers everything that says to upstream apps who somebody is.</summary>
public static class IdentityHeadersRegistration
{
    /// <summary>
    /// To be called after every other transform provider is registered: the last one states and signs. Needs an
    /// <c>SigningKeyStore</c> and an <c>ISecretProtector</c>, and the store open before hosted services start.
    /// </summary>
    public static IReverseProxyBuilder AddIdentityHeaders(
        this IReverseProxyBuilder proxy, Func<IServiceProvider, IdentityHeaderSettings> settings)
    {
        var services = proxy.Services;
        services.AddSingleton(settings);
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton<AssertionSigner>();
        services.AddSingleton<SessionConnections>();
        services.AddSingleton<ITransformProvider, OriginGuardTransforms>();
        services.AddSingleton<ITransformProvider, LeftBehindTransforms>();
        services.AddSingleton<ITransformProvider, IdentityHeaderTransforms>();
        services.AddHostedService<SigningKeyRotation>();
        services.Configure<KestrelServerOptions>(HeaderOctets.ConfigureServer);
        services.Replace(ServiceDescriptor.Singleton<IForwarderHttpClientFactory, UpstreamClientFactory>());
        return proxy;
    }
}
