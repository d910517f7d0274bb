using Yarp.ReverseProxy.Forwarder;

namespace MfaGateway.Proxying;

/// <summary>
/// YARP's own clients, one a cluster, but that they pass header values on byte for byte, and know when a server answers
/// one request a connection.
/// </summary>
internal sealed class UpstreamClientFactory(ILogger<ForwarderHttpClientFactory> logger) : ForwarderHttpClientFactory(logger)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        HeaderOctets.ConfigureHandler(handler);
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler)
    {
        // What YARP sets before a cluster's own settings; those come by the same way as for its own handler.
        var keeping = (SocketsHttpHandler)handler;
        var single = new SocketsHttpHandler
        {
            UseProxy = keeping.UseProxy,
            AllowAutoRedirect = keeping.AllowAutoRedirect,
            AutomaticDecompression = keeping.AutomaticDecompression,
            UseCookies = keeping.UseCookies,
            ActivityHeadersPropagator = keeping.ActivityHeadersPropagator,
            ConnectTimeout = keeping.ConnectTimeout,
        };
        ConfigureHandler(context, single);
        single.PooledConnectionLifetime = TimeSpan.Zero;
        return new SingleAnswerConnections(base.WrapHandler(context, keeping), single);
    }
}
