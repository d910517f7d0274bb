using System.Net;
using System.Net.Sockets;

namespace MfaGateway.Configuration;

/// <summary>Networks in CIDR form.</summary>
internal static class Networks
{
    public const string Allowed = "a network such as 10.0.0.0/8 or fd00::/8, without bits behind its prefix";

    /// <returns>
    /// False as well for 10.0.0.1/8, where one address or the whole network may be meant, and for IPv4 in the clothes of IPv6 (<c>::ffff:10.0.0.0/104</c>): clients are compared in the plain
    /// form, so that it would never match.
    /// </returns>
    public static bool TryRead(string text, out IPNetwork network) =>
        IPNetwork.TryParse(text, out network)
        && IPAddress.Parse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal))).Equals(network.BaseAddress)
        && !(network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 && network.BaseAddress.IsIPv4MappedToIPv6);
}
