using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MfaGateway.Core.Throttling;

/// <summary>The networks that an address is part of. One customer has the whole of some of them.</summary>
public static class ClientNetworks
{
    // What a customer gets: a /64 at least, a /56 or a /48 as a rule. Of IPv4: an address, and a /24 as the smallest that is routed.
    private static readonly int[] PrefixesOfIPv6 = [48, 56, 64];
    private static readonly int[] PrefixesOfIPv4 = [24, 32];

    /// <summary>From the widest to the narrowest. What is no address is one network.</summary>
    public static IReadOnlyList<string> Of(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed))
            return ["unknown"];
        if (parsed.IsIPv4MappedToIPv6)
            parsed = parsed.MapToIPv4();
        var prefixes = parsed.AddressFamily == AddressFamily.InterNetworkV6 ? PrefixesOfIPv6 : PrefixesOfIPv4;
        return [.. prefixes.Select(prefix => Name(parsed, prefix))];
    }

    private static string Name(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(prefix / 8).Clear();
        return string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{prefix}");
    }
}
