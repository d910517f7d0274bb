using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MfaGateway.Configuration;

/// <summary>Networks in CIDR form.</summary>
internal static class Networks
{
    public const string Allowed = "a network such as 10.0.0.0/8 or fd00::/8, without bits behind its prefix";

    // All IPv6 addresses that the internet knows (RFC 4291 2.4).
    private static readonly IPNetwork GlobalIPv6 = IPNetwork.Parse("2000::/3");

    /// <returns>
    /// False as well for 10.0.0.1/8, where one address or the whole network may be meant, for numbers in another spelling than addresses have
    /// (<c>010.0.0.0/8</c> would be 8.0.0.0/8, <c>1/32</c> 0.0.0.1/32), for zones, and for IPv4-mapped IPv6 (<c>::ffff:10.0.0.0/104</c>): clients are compared
    /// in the plain form, so that it would never match.
    /// </returns>
    public static bool TryRead(string text, out IPNetwork network) =>
        IPNetwork.TryParse(text, out network)
        && text.Split('/') is [var address, var prefix]
        && prefix == network.PrefixLength.ToString(CultureInfo.InvariantCulture)
        && IsOwnSpelling(address, network.BaseAddress)
        && !(network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 && network.BaseAddress.IsIPv4MappedToIPv6);

    /// <summary>Whether the networks together are all addresses of a family; of IPv6 those that are in use count.</summary>
    /// <param name="texts">Without faults.</param>
    public static bool CoverEverything(IEnumerable<string> texts)
    {
        var ranges = texts.Select(IPNetwork.Parse).ToLookup(network => network.BaseAddress.AddressFamily, RangeOf);
        return Cover(ranges[AddressFamily.InterNetwork], (0, uint.MaxValue)) || Cover(ranges[AddressFamily.InterNetworkV6], RangeOf(GlobalIPv6));
    }

    // IPv6 has more than one spelling of an address; none of them has a zone, brackets or anything else beside the digits.
    private static bool IsOwnSpelling(string text, IPAddress parsed) => parsed.AddressFamily == AddressFamily.InterNetwork
        ? text == parsed.ToString()
        : IPAddress.Parse(text).Equals(parsed) && text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.');

    private static bool Cover(IEnumerable<(UInt128 First, UInt128 Last)> ranges, (UInt128 First, UInt128 Last) target)
    {
        var next = target.First;
        foreach (var (first, last) in ranges.Order())
        {
            if (first > next || last >= target.Last)
                return first <= next;
            next = UInt128.Max(next, last + 1);
        }
        return false;
    }

    private static (UInt128 First, UInt128 Last) RangeOf(IPNetwork network)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        UInt128 first = bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
        var hostBits = bytes.Length * 8 - network.PrefixLength;
        return (first, hostBits == 128 ? UInt128.MaxValue : first + (UInt128.One << hostBits) - 1);
    }
}
