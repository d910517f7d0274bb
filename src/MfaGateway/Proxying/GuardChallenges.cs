using MfaGateway.Hardening;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>
/// Passes on no challenge whose answer would authenticate a connection that others use too. An app that offers nothing else
/// can't be used: the client gets 502, and the log says what to set.
/// </summary>
internal sealed class GuardChallenges(string clusterId, ClusterIdentity cluster, ILogger<GuardChallenges> logger) : ResponseTransform
{
    /// <summary>HTTP_1_1_REQUIRED (RFC 9113 7): the client asks again over HTTP/1.1, where a connection is its own.</summary>
    private const int Http11Required = 0xd;

    /// <summary>H3_VERSION_FALLBACK (RFC 9114 8.1): the same for HTTP/3.</summary>
    private const int VersionFallback = 0x110;

    public override async ValueTask ApplyAsync(ResponseTransformContext context)
    {
        var http = context.HttpContext;
        var headers = http.Response.Headers;
        if (headers.WWWAuthenticate.Count == 0 && headers["Proxy-Authenticate"].Count == 0)
            return;

        var (offered, offeredByProxy) = (headers.WWWAuthenticate, headers["Proxy-Authenticate"]);
        var (kept, keptByProxy) = (ConnectionSchemes.Without(offered), ConnectionSchemes.Without(offeredByProxy));
        if (kept == offered && keptByProxy == offeredByProxy)
            return;

        if (cluster.AuthenticatesConnections && http.Features.Get<LiveSession>() is not null && IsPassedOn(context))
            return;

        headers.WWWAuthenticate = kept;
        headers["Proxy-Authenticate"] = keptByProxy;
        if (kept.Count + keptByProxy.Count == 0 && http.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status407ProxyAuthenticationRequired)
            await RefuseAsync(context);
    }

    private static bool IsPassedOn(ResponseTransformContext context)
    {
        var http = context.HttpContext;
        if (GuardCredentials.OwnerOf(http) is not null)
            return true;
        if (http.Features.Get<IHttpResetFeature>() is not { } reset)
            return false;
        context.SuppressResponseBody = true;
        reset.Reset(HttpProtocol.IsHttp2(http.Request.Protocol) ? Http11Required : VersionFallback);
        return true;
    }

    private Task RefuseAsync(ResponseTransformContext context)
    {
        var http = context.HttpContext;
        if (cluster.AuthenticatesConnections)
            Log.StrangersConnection(logger, http.TraceIdentifier, clusterId);
        else
            Log.ConnectionAuthentication(logger, http.TraceIdentifier, clusterId, $"{ClusterIdentityValidator.Key}:{clusterId}:ConnectionAuthentication");

        context.SuppressResponseBody = true;
        http.Response.Clear();
        return Problems.WriteAsync(http, new Problem(
            StatusCodes.Status502BadGateway, "connection-authentication", "The application behind this page asks for a sign-in that is not passed on.",
            cluster.AuthenticatesConnections
                ? "It asks for NTLM or Negotiate, which is passed on for people who are signed in here alone."
                : "It asks for NTLM or Negotiate. Who runs this site can allow it for the application: ConnectionAuthentication in the settings of its cluster."));
    }
}
