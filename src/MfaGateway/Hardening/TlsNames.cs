using Microsoft.AspNetCore.Connections.Features;

namespace MfaGateway.Hardening;

/// <summary>
/// The name in a connection's TLS handshake (SNI, RFC 6066 3), by which the server chooses whether it asks for a client certificate, and the name in a request, by
/// which the route is chosen. A client can send two different ones.
/// </summary>
/// <param name="endpoints">The server's, <c>Kestrel:Endpoints</c>, as it reads them when it starts.</param>
internal sealed class TlsNames(IConfiguration endpoints)
{
    // By endpoint, of those that treat some hosts differently: what each name or pattern is asked for, the longest first, as the server chooses.
    private readonly (string Name, string? Mode)[][] _asked = [.. endpoints.GetChildren()
        .Select(endpoint => endpoint.GetSection("Sni").GetChildren()
            .Select(host => (Name: host.Key, Mode: host["ClientCertificateMode"])).OrderByDescending(host => host.Name.Length).ToArray())
        .Where(hosts => hosts.Any(host => host.Mode is not null))];

    /// <summary>Whether the request is for a host whose connections are asked for another client certificate, or for one at all, than this one was.</summary>
    /// <param name="host">From the request as it came on this connection, without a port.</param>
    public bool Differ(HttpContext context, ReadOnlySpan<char> host)
    {
        if (_asked.Length == 0 || context.Features.Get<ITlsHandshakeFeature>() is not { } handshake)
            return false;
        foreach (var hosts in _asked)
        {
            if (!string.Equals(ModeFor(hosts, host), ModeFor(hosts, handshake.HostName), StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    // An exact name, else the longest pattern that begins with an asterisk, which may stand for several labels or for the whole name.
    private static string? ModeFor((string Name, string? Mode)[] hosts, ReadOnlySpan<char> name)
    {
        foreach (var (exact, mode) in hosts)
        {
            if (name.Equals(exact, StringComparison.OrdinalIgnoreCase))
                return mode;
        }

        foreach (var (pattern, mode) in hosts)
        {
            if (pattern is "*" or ['*', '.', ..] && name.EndsWith(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase))
                return mode;
        }

        return null;
    }
}
