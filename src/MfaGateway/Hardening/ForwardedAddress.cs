using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MfaGateway.Hardening;

/// <summary>Reads what proxies write into <c>X-Forwarded-For</c> and <c>-Host</c>, and nothing more generous.</summary>
internal static class ForwardedAddress
{
    /// <summary>An IPv4 or IPv6 address, with or without brackets and port. No zone, no octal or shortened IPv4.</summary>
    public static bool TryParse(ReadOnlySpan<char> entry, out IPAddress address)
    {
        address = IPAddress.None;
        if (!TrySplitPort(entry, out var host) || !IPAddress.TryParse(host, out var parsed))
            return false;

        // IPAddress.TryParse takes "1" and "0x7f.1" for addresses; only the four decimal numbers are meant here.
        if (parsed.AddressFamily == AddressFamily.InterNetwork && !host.SequenceEqual(parsed.ToString()))
            return false;
        if (host.Contains('%'))
            return false;
        address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return true;
    }

    private static bool TrySplitPort(ReadOnlySpan<char> entry, out ReadOnlySpan<char> host)
    {
        host = entry;
        var port = ReadOnlySpan<char>.Empty;
        if (entry is ['[', ..])
        {
            var end = entry.IndexOf(']');
            if (end < 0)
                return false;
            host = entry[1..end];
            if (end + 1 == entry.Length)
                return host.Contains(':');
            if (entry[end + 1] != ':' || !host.Contains(':'))
                return false;
            port = entry[(end + 2)..];
        }
        else
        {
            var colon = entry.IndexOf(':');
            if (colon < 0 || colon != entry.LastIndexOf(':'))
                return true;
            host = entry[..colon];
            port = entry[(colon + 1)..];
        }
        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }
}
