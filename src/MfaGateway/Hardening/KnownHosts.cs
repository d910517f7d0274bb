using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.Hardening;

/// <summary>
/// The hosts this gateway answers for: those that routes name in <c>Match:Hosts</c> and that of <c>PublicOrigin</c>. It
/// follows reloads of the routes.
/// </summary>
/// <remarks>
/// Where there are none, every host is known. Where there are some, a route that names no host answers under each of
/// them, and under no other; the host <c>*</c> on any route opens the gateway to all.
/// </remarks>
internal sealed class KnownHosts : IDisposable
{
    private readonly IReadOnlyList<IProxyConfigProvider> providers;
    private readonly string? publicHost;
    private readonly List<IDisposable> subscriptions;
    private volatile Snapshot snapshot;

    public KnownHosts(IEnumerable<IProxyConfigProvider> providers, HardeningOptions options)
    {
        this.providers = [.. providers];
        publicHost = options.PublicOrigin is { } origin ? HostName.OfSetting(origin.HostNameType == UriHostNameType.IPv6 ? origin.Host : origin.IdnHost) : null;
        subscriptions = [.. this.providers.Select(provider => ChangeToken.OnChange(() => provider.GetConfig().ChangeToken, Reload))];
        snapshot = Read();
    }

    /// <summary>Whether the host is one of them; letter case does not matter.</summary>
    /// <param name="host">As <see cref="HostName.Name"/> has it.</param>
    /// <param name="port">The port named in the Host header, else the default one of the request's scheme.</param>
    public bool Contains(ReadOnlySpan<char> host, int port)
    {
        var current = snapshot;
        return current.IsOpen
            || current.Names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(host)
            || current.MatchesPattern(host, port);
    }

    public void Dispose()
    {
        foreach (var subscription in subscriptions)
            subscription.Dispose();
    }

    private void Reload() => snapshot = Read();

    private Snapshot Read()
    {
        var hosts = providers.SelectMany(provider => provider.GetConfig().Routes).SelectMany(route => route.Match.Hosts ?? []);
        if (publicHost is not null)
            hosts = hosts.Append(publicHost);
        return new Snapshot([.. hosts.Distinct(StringComparer.OrdinalIgnoreCase)]);
    }

    private sealed class Snapshot
    {
        private readonly List<HostPattern> patterns = [];

        public Snapshot(IReadOnlyList<string> hosts)
        {
            var names = new List<string>();
            foreach (var host in hosts)
            {
                var pattern = HostPattern.Parse(host);
                if (pattern is { IsSuffix: false, Port: null })
                    names.Add(pattern.Name);
                else
                    patterns.Add(pattern);
            }
            Names = names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
            IsOpen = hosts.Count == 0 || patterns.Any(pattern => pattern is { Name: "", Port: null });
        }

        public FrozenSet<string> Names { get; }

        public bool IsOpen { get; }

        public bool MatchesPattern(ReadOnlySpan<char> host, int port)
        {
            foreach (var pattern in patterns)
            {
                if (pattern.Matches(host, port))
                    return true;
            }
            return false;
        }
    }
}
