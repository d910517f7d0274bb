using Yarp.ReverseProxy.Forwarder;

namespace MfaGateway.Proxying;

/// <summary>
/// YARP's own clients, one a cluster, but that they pass header values on byte for byte, know when a server answers one
/// request a connection, and let nothing follow on a connection what an app may have left on it.
/// </summary>
internal sealed class UpstreamClientFactory(IdentityHeaderSettings settings, ILogger<ForwarderHttpClientFactory> logger)
    : ForwarderHttpClientFactory(logger)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        HeaderOctets.ConfigureHandler(handler);
        if (!settings.OptionsOf(context.ClusterId).ReadsEveryBody)
            handler.PlaintextStreamFilter = EndAfterBodilessAnswer;
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
        HttpMessageHandler whole = new SingleAnswerConnections(base.WrapHandler(context, keeping), single);
        if (!settings.OptionsOf(context.ClusterId).ReadsEveryBody)
            whole = new LastUseOfConnections(whole, single);
        return new CheckedAnswers(whole);
    }

    private static ValueTask<Stream> EndAfterBodilessAnswer(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken) =>
        new(context.NegotiatedHttpVersion.Major < 2 ? new BodilessAnswerStream(context.PlaintextStream) : context.PlaintextStream);
}
