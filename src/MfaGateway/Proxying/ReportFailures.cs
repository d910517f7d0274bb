using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace MfaGateway.Proxying;

/// <summary>
/// Logs why a request was not forwarded to its end. YARP's own line is held back: its exception may quote an answer's header
/// line, cookie included.
/// </summary>
internal sealed class ReportFailures(RequestDelegate next, ILogger<ReportFailures> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Features.Get<IForwarderErrorFeature>() is not { Error: not ForwarderError.None } failure)
            return;

        var feature = context.GetReverseProxyFeature();
        var (cluster, destination) = (feature.Cluster.Config.ClusterId, feature.ProxiedDestination?.DestinationId ?? "none");
        var why = ForwardingFailure.Describe(failure.Exception);
        if (ForwardingFailure.IsByClient(failure.Error))
            Log.Left(logger, context.TraceIdentifier, cluster, destination, failure.Error, why);
        else
            Log.NotForwarded(logger, context.TraceIdentifier, cluster, destination, failure.Error, why);
    }
}
