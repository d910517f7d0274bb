using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace MfaGateway.Hardening;

/// <summary>
/// The name in a connection's TLS handshake (SNI, RFC 6066 3), by which the server chooses whether it asks for a client certificate, and the name in a request, by
/// which the route is chosen. A client can send two different ones.
/// </summary>
/// <param name="server">Its settings, <c>Kestrel</c>, as it reads them when it starts.</param>
internal sealed class TlsNames(IConfiguration server)
{
    // By endpoint, of those that ask some hosts: what each name or pattern is asked for, the longest first, as the server chooses.
    private readonly (string Name, ClientCertificateMode Mode)[][] _asked = [.. server.GetSection("Endpoints").GetChildren()
        .Select(endpoint => Hosts(endpoint, ModeOf(endpoint) ?? ModeOf(server.GetSection("EndpointDefaults")) ?? ClientCertificateMode.NoCertificate))
        .Where(hosts => hosts.Any(host => host.Mode is not ClientCertificateMode.NoCertificate))];

    /// <summary>Whether the request is for a host whose connections are asked for another client certificate, or for one at all, than this one was.</summary>
    /// <param name="host">From the request as it came on this connection, without a port.</param>
    public bool Differ(HttpContext context, ReadOnlySpan<char> host)
    {
        if (_asked.Length == 0)
            return false;
        var handshake = context.Features.Get<ITlsHandshakeFeature>();
        // Without TLS no certificate can come. A trusted proxy has asked for it itself.
        if (handshake is null && context.Features.Get<TrustedPeer>() is not null)
            return false;
        foreach (var hosts in _asked)
        {
            var named = handshake is null ? ClientCertificateMode.NoCertificate : ModeFor(hosts, handshake.HostName);
            var wanted = ModeFor(hosts, host);
            if (handshake is null && wanted is null)
                continue;
            if (wanted != named)
                return true;
        }
        return false;
    }

    private static (string Name, ClientCertificateMode Mode)[] Hosts(IConfigurationSection endpoint, ClientCertificateMode inherited) =>
        [.. endpoint.GetSection("Sni").GetChildren().Select(host => (host.Key, ModeOf(host) ?? inherited)).OrderByDescending(host => host.Key.Length)];

    // Null for none, and for what the server does not understand either.
    private static ClientCertificateMode? ModeOf(IConfigurationSection section) =>
        Enum.TryParse<ClientCertificateMode>(section["ClientCertificateMode"], ignoreCase: true, out var mode) ? mode : null;

    // An exact name, else the longest pattern that begins with an asterisk, which may stand for several labels or for the whole name.
    private static ClientCertificateMode? ModeFor((string Name, ClientCertificateMode Mode)[] hosts, ReadOnlySpan<char> name)
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
