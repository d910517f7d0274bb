using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MfaGateway.Proxying;

/// <summary>
/// Header values go through byte for byte in both directions. As they come, one side reads them as UTF-8 and the other
/// writes ASCII alone, so that a client's non-ASCII header became a 502 that counted against a sound destination.
/// </summary>
public static class HeaderOctets
{
    // Latin-1 gives each byte the character of the same number, and back.
    private static readonly Func<string, Encoding?> Latin1 = _ => Encoding.Latin1;

    /// <summary>For the side of the clients.</summary>
    public static void ConfigureServer(KestrelServerOptions server)
    {
        server.RequestHeaderEncodingSelector = Latin1;
        server.ResponseHeaderEncodingSelector = Latin1;
    }

    /// <summary>For the side of the upstreams, unless a cluster's <c>HttpClient</c> section names an encoding.</summary>
    public static void ConfigureHandler(SocketsHttpHandler handler)
    {
        handler.RequestHeaderEncodingSelector ??= (_, _) => Encoding.Latin1;
        handler.ResponseHeaderEncodingSelector ??= (_, _) => Encoding.Latin1;
    }
}
