using MfaGateway.Sessions;
using Microsoft.AspNetCore.Connections.Features;
using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>
/// Sends no credentials that would authenticate a connection which others use too. Where the cluster keeps connections
/// apart, says whose this one is.
/// </summary>
internal sealed class GuardCredentials(ClusterIdentity cluster) : RequestTransform
{
    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var headers = context.ProxyRequest.Headers;
        headers.Remove("Proxy-Authorization");
        if (cluster.AuthenticatesConnections && OwnerOf(context.HttpContext) is { } owner)
            context.ProxyRequest.Options.Set(ConnectionOwner.Key, owner);
        else if (headers.NonValidated.TryGetValues("Authorization", out var sent))
            Strip(context.ProxyRequest, [.. sent]);
        return ValueTask.CompletedTask;
    }

    /// <summary>Null for a stranger, and over HTTP/2, where the requests of many pages share the client's connection.</summary>
    public static ConnectionOwner? OwnerOf(HttpContext context) =>
        context.Features.Get<LiveSession>() is { } session && HttpProtocol.IsHttp11(context.Request.Protocol)
            ? new ConnectionOwner(session, context.Connection.Id, context.Features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed ?? CancellationToken.None)
            : null;

    private static void Strip(HttpRequestMessage request, string[] sent)
    {
        if (!Array.Exists(sent, ConnectionSchemes.AreIn))
            return;
        request.Headers.Remove("Authorization");
        foreach (var value in sent.Where(value => !ConnectionSchemes.AreIn(value)))
            request.Headers.TryAddWithoutValidation("Authorization", value);
    }
}
