using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MfaGateway.Hardening;

/// <summary>
/// The host of a request in the one spelling that everything behind reads: small letters, internationalized labels in the form of
/// RFC 5890 that encoders write, addresses as RFC 5952 writes them, no dot of the DNS root, no port that the scheme has by itself.
/// </summary>
/// <remarks>
/// Apps and URL parsers read hosts more generously than routes are matched: they ignore letter case, decode <c>%61</c>, and take <c>127.1</c>
/// for an address. What a name of another spelling means is not guessed: where it is not certain, there is no name.
/// </remarks>
internal readonly ref struct HostName
{
    private const string AcePrefix = "xn--";

    // Names of services hold underscores (RFC 2782).
    private static readonly SearchValues<char> SmallLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("abcdef0123456789");
    private static readonly IdnMapping Mapping = new();

    private HostName(string authority, ReadOnlySpan<char> name, int? port)
    {
        Authority = authority;
        Name = name;
        Port = port;
    }

    /// <summary>As the header <c>Host</c> is to have it. The text that was read, where that has this spelling already.</summary>
    public string Authority { get; }

    /// <summary>As routes name it, without the port: internationalized labels are decoded.</summary>
    public ReadOnlySpan<char> Name { get; }

    /// <summary>Null for the one that the scheme has by itself.</summary>
    public int? Port { get; }

    /// <summary>False for what is no host (RFC 9110 7.2), or may be a different one to the app. No text at all is a host without a name.</summary>
    public static bool TryRead(string written, bool isHttps, out HostName host)
    {
        host = new HostName(written, written, null);
        if (written.Length == 0)
            return true;
        if (!TrySplit(written, out var spelled, out var port) || Spelling(spelled) is not { IsEmpty: false } name || Decoded(name) is not { IsEmpty: false } decoded)
            return false;
        if (port == (isHttps ? 443 : 80))
            port = null;
        host = new HostName(Join(written, name, port), decoded, port);
        return true;
    }

    /// <summary>The name of a route or of the server's settings as requests for it are read; null where no request can have it.</summary>
    /// <param name="name">Without a port. Internationalized labels may be decoded or not.</param>
    public static string? OfSetting(string name)
    {
        try
        {
            return TryRead(Ascii.IsValid(name) ? name : Mapping.GetAscii(name), isHttps: false, out var host) ? host.Name.ToString() : null;
        }
        catch (ArgumentException)
        {
            return null; // that is how it says no
        }
    }

    private static string Join(string written, ReadOnlySpan<char> name, int? port)
    {
        Span<char> end = stackalloc char[6];
        var length = 0;
        if (port is { } number)
            end.TryWrite(CultureInfo.InvariantCulture, $":{number}", out length);
        end = end[..length];
        return written.Length == name.Length + length && written.AsSpan().StartsWith(name) && written.AsSpan().EndsWith(end) ? written : string.Concat(name, end);
    }

    // The part itself where nothing is to be changed; empty where it is no name.
    private static ReadOnlySpan<char> Spelling(ReadOnlySpan<char> name)
    {
        if (name.StartsWith('['))
            return IPv6(name);
        if (name.EndsWith('.'))
            name = name[..^1];
        if (name.ContainsAnyInRange('A', 'Z'))
            name = name.ToString().ToLowerInvariant();
        if (name.ContainsAnyExcept(SmallLetters) || name.StartsWith('.') || name.EndsWith('.') || name.Contains("..", StringComparison.Ordinal))
            return default;
        return IsNumber(name[(name.LastIndexOf('.') + 1)..]) && !IsIPv4(name) ? default : name;
    }

    private static ReadOnlySpan<char> IPv6(ReadOnlySpan<char> name)
    {
        // A zone (RFC 6874) means something on the machine that wrote it alone.
        if (!name.EndsWith(']') || name.Contains('%') || !IPAddress.TryParse(name[1..^1], out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            return default;
        var text = $"[{address}]";
        return name.SequenceEqual(text) ? name : text;
    }

    /// <summary>URL parsers take a name whose last label is a number for an IPv4 address (WHATWG URL 3.5).</summary>
    private static bool IsNumber(ReadOnlySpan<char> label) =>
        !label.ContainsAnyExceptInRange('0', '9') || (label.StartsWith("0x", StringComparison.Ordinal) && !label[2..].ContainsAnyExcept(HexDigits));

    private static bool IsIPv4(ReadOnlySpan<char> name) =>
        IPAddress.TryParse(name, out var address) && name.SequenceEqual(address.ToString());

    // Empty where the labels are no encoded ones, or decode to what is encoded differently: two spellings of one name.
    private static ReadOnlySpan<char> Decoded(ReadOnlySpan<char> name)
    {
        if (!name.Contains(AcePrefix, StringComparison.Ordinal))
            return name;
        try
        {
            var decoded = Mapping.GetUnicode(name.ToString());
            return name.SequenceEqual(Mapping.GetAscii(decoded)) ? decoded : default;
        }
        catch (ArgumentException)
        {
            return default; // that is how it says no
        }
    }

    /// <summary>False where what follows the colon is no port: what a server makes of it, no one can say.</summary>
    private static bool TrySplit(ReadOnlySpan<char> value, out ReadOnlySpan<char> name, out int? port)
    {
        port = null;
        name = value;
        var colon = value.LastIndexOf(':');
        if (colon <= value.LastIndexOf(']'))
            return true;
        name = value[..colon];
        if (colon + 1 == value.Length)
            return true;
        if (!ushort.TryParse(value[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        port = number;
        return true;
    }
}
