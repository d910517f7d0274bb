using Yarp.ReverseProxy.Forwarder;

namespace MfaGateway.Proxying;

/// <summary>
/// YARP's own clients, one a cluster, but that they pass header values on byte for byte, know when a server answers one
/// request a connection, let nothing follow on a connection what an app may have left on it, and keep apart the connections
/// that an app authenticates.
/// </summary>
internal sealed class UpstreamClientFactory(
    IdentityHeaderSettings settings, SessionConnections sessions, ILogger<ForwarderHttpClientFactory> logger) : ForwarderHttpClientFactory(logger)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        HeaderOctets.ConfigureHandler(handler);
        // A proxy on the way to the apps opens the connections itself.
        if (!handler.UseProxy)
            handler.ConnectCallback = new TlsByAddress(handler).ConnectAsync;
        if (!settings.OptionsOf(context.ClusterId).ReadsEveryBody)
            handler.PlaintextStreamFilter = EndAfterBodilessAnswer;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler)
    {
        var keeping = (SocketsHttpHandler)handler;
        var single = Another(context, keeping);
        single.PooledConnectionLifetime = TimeSpan.Zero;
        // Nothing follows on its connections in any case; and while a body is sent, writes begin no answers.
        single.PlaintextStreamFilter = null;
        var options = settings.OptionsOf(context.ClusterId);
        return new CheckedAnswers(options.ConnectionAuthentication
            ? new ApartConnections(base.WrapHandler(context, single), sessions, () => base.WrapHandler(context, Another(context, keeping)), options.ReadsEveryBody)
            : Shared(base.WrapHandler(context, keeping), single, options.ReadsEveryBody));
    }

    private static HttpMessageHandler Shared(HttpMessageHandler keeping, SocketsHttpHandler single, bool readsEveryBody)
    {
        var known = new SingleAnswerConnections(keeping, single);
        return readsEveryBody ? known : new LastUseOfConnections(known, single);
    }

    // What YARP sets before a cluster's own settings; those come by the same way as for its own handler.
    private SocketsHttpHandler Another(ForwarderHttpClientContext context, SocketsHttpHandler keeping)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = keeping.UseProxy,
            AllowAutoRedirect = keeping.AllowAutoRedirect,
            AutomaticDecompression = keeping.AutomaticDecompression,
            UseCookies = keeping.UseCookies,
            ActivityHeadersPropagator = keeping.ActivityHeadersPropagator,
            ConnectTimeout = keeping.ConnectTimeout,
        };
        ConfigureHandler(context, handler);
        return handler;
    }

    private static ValueTask<Stream> EndAfterBodilessAnswer(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken) =>
        new(context.NegotiatedHttpVersion.Major < 2 ? new BodilessAnswerStream(context.PlaintextStream) : context.PlaintextStream);
}
