using System.Net;
using Microsoft.Extensions.Primitives;

namespace MfaGateway.Hardening;

/// <summary>
/// Takes the client's address, scheme and host from <c>X-Forwarded-*</c> where the peer is a trusted proxy, and removes
/// these headers always: what the upstream gets under their names is written by the gateway.
/// </summary>
/// <remarks>
/// The framework's own middleware keeps what it has applied when it meets an entry it cannot parse; here such a list is
/// not believed at all, so that throttling and audit fall back to an address that is certain.
/// </remarks>
internal sealed class ForwardedClientMiddleware(RequestDelegate next, HardeningOptions options)
{
    private const string For = "X-Forwarded-For";
    private const string Proto = "X-Forwarded-Proto";
    private const string Host = "X-Forwarded-Host";

    private readonly IPNetwork[] trusted = [.. options.TrustedProxies];

    public Task InvokeAsync(HttpContext context)
    {
        // A socket that takes both kinds of addresses gives IPv4 ones a second spelling, which networks, counters and
        // audit would take for another address.
        if (context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped)
            context.Connection.RemoteIpAddress = mapped.MapToIPv4();

        var isTrusted = trusted.Length > 0 && IsTrusted(context.Connection.RemoteIpAddress);
        if (isTrusted)
        {
            context.Features.Set(TrustedPeer.Instance);
            Apply(context);
        }

        var headers = context.Request.Headers;
        var wasPassedOn = headers.Remove(For) | headers.Remove(Proto) | headers.Remove(Host);
        if (wasPassedOn && !isTrusted)
            context.Features.Set(UnbelievedForwarding.Instance);

        headers.Remove("X-Forwarded-Port");
        headers.Remove("X-Forwarded-Prefix");
        return next(context);
    }

    private void Apply(HttpContext context)
    {
        var headers = context.Request.Headers;
        var hops = Entries(headers[For]);
        var client = ClientIndex(hops);
        if (client >= 0 && ForwardedAddress.TryParse(hops[client], out var address))
            context.Connection.RemoteIpAddress = address;

        if (SchemeOf(At(Entries(headers[Proto]), client, hops.Length)) is { } scheme)
            context.Request.Scheme = scheme;

        var host = At(Entries(headers[Host]), client, hops.Length);
        if (host.Length == 0)
            return;
        // Any other text is refused as one in Host is: the proxy's own name for this server must not decide in its place.
        context.Features.Set(new HostOnTheWire(headers.Host));
        headers.Host = host;
    }

    /// <summary>
    /// Walks from the right, past trusted proxies, to the first address that is not one of them (or the last of all).
    /// -1 where there is none, or where an entry on the way cannot be parsed: the socket's address stays.
    /// </summary>
    private int ClientIndex(string[] hops)
    {
        var index = hops.Length;
        while (index > 0)
        {
            index--;
            if (!ForwardedAddress.TryParse(hops[index], out var address))
                return -1;
            if (!IsTrusted(address))
                break;
        }
        return hops.Length == 0 ? -1 : index;
    }

    /// <summary>Some proxies write a WebSocket's scheme; it comes over the same connection as its page (RFC 6455 3). Null for any other.</summary>
    private static string? SchemeOf(string written) => written.ToLowerInvariant() switch
    {
        "https" or "wss" => "https",
        "http" or "ws" => "http",
        _ => null,
    };

    private bool IsTrusted(IPAddress? address)
    {
        if (address is null)
            return false;
        foreach (var network in trusted)
        {
            if (network.Contains(address))
                return true;
        }
        return false;
    }

    /// <summary>
    /// The value that the proxy nearest to the client wrote: the one at the client's place where each hop appended one,
    /// else the last, which is the trusted peer's own.
    /// </summary>
    private static string At(string[] values, int client, int hops) => values switch
    {
        [] => "",
        _ when client >= 0 && values.Length == hops => values[client],
        _ => values[^1],
    };

    private static string[] Entries(StringValues values) =>
        values.Count == 0 ? [] : values.ToString().Split(',', StringSplitOptions.TrimEntries);
}

/// <summary>Somebody who is not a trusted proxy says that it passed the request on: from where it came is not known.</summary>
public sealed class UnbelievedForwarding
{
    public static UnbelievedForwarding Instance { get; } = new();
}

/// <summary>The Host header as it came, where a trusted proxy named another one, or it has been given another spelling since.</summary>
internal sealed record HostOnTheWire(string? Value);

/// <summary>The connection comes from a trusted proxy.</summary>
internal sealed class TrustedPeer
{
    public static readonly TrustedPeer Instance = new();
}
