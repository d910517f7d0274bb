using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MfaGateway.Hardening;

/// <summary>Settings of the server that no middleware can make up for.</summary>
public static class KestrelHardening
{
    private const int MaxRequestLine = 128 * 1024;

    /// <summary>Applies them. To be called while the server is configured: one of them is read once per process.</summary>
    public static void Apply(KestrelServerOptions options)
    {
        // RFC 9112 2.2 lets a server take a bare LF for a line's end; an upstream that does not would see other lines.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        options.AddServerHeader = false;
        // Beyond this the server answers an empty 414. Below, RequestTargetMiddleware has the limit, and an error page.
        options.Limits.MaxRequestLineSize = MaxRequestLine;
    }
}
