using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Names of hosts that a rule and an app read differently, or that redirects are made of.</summary>
public sealed class HostAdvisories(HostAdvisories.Gateway gateway, HostAdvisories.EveryHost everyHost)
    : IClassFixture<HostAdvisories.Gateway>, IClassFixture<HostAdvisories.EveryHost>
{
    private const string Filter = "src/MfaGateway/Hardening/HostFilterMiddleware.cs";

    [Theory]
    [Advisory("CVE-2022-23632", "Traefik", "A host with a dot at its end misses the settings of its router", Filter)]
    [InlineData("closed.example.")]
    [InlineData("closed.example.:443")]
    [InlineData("CLOSED.example.")]
    public async Task A_dot_at_the_end_of_the_host_opens_nothing(string host)
    {
        await IsClosedAsync(gateway, host);
        await IsClosedAsync(everyHost, host);
    }

    [Theory]
    [Advisory("CVE-2021-22881", "Rails", "A host that is not allowed is answered with a redirect to it", Filter)]
    [Advisory("CVE-2021-44528", "Rails", "A forwarded host that is not allowed is answered with a redirect to it", Filter)]
    [InlineData("Host: evil.test")]
    [InlineData("Host: open.example.evil.test")]
    [InlineData("X-Forwarded-Host: open.example\r\nHost: evil.test")]
    public async Task A_host_that_is_not_served_is_not_redirected_to(string lines)
    {
        var received = await gateway.ExchangeAsync($"GET /admin/x HTTP/1.1\r\nAccept: text/html\r\n{lines}\r\nConnection: close\r\n\r\n");

        Assert.Equal(421, received.Status);
        Assert.DoesNotContain("\r\nLocation:", received.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(received.Forwarded);
    }

    private static async Task IsClosedAsync(ReplayGateway replayed, string host)
    {
        var closed = await replayed.ExchangeAsync($"GET /page HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        Assert.True(closed.Status is 401 or 421, closed.Text);
        Assert.Empty(closed.Forwarded);

        var open = await replayed.ExchangeAsync("GET /page HTTP/1.1\r\nHost: open.example\r\nConnection: close\r\n\r\n");
        Assert.Equal(200, open.Status);
    }

    /// <summary>One host is public as a whole, another is protected.</summary>
    public sealed class Gateway : ReplayGateway
    {
        private protected override void Configure(GatewaySetup setup) => setup
            .Route("closed", "/{**path}", "two-factor")
            .With("ReverseProxy:Routes:closed:Match:Hosts:0", "closed.example")
            .With("ReverseProxy:Routes:app:Match:Hosts:0", "open.example")
            .With("ReverseProxy:Routes:app:Match:Hosts:1", "*.example")
            .With("ReverseProxy:Routes:app:Match:Hosts:2", "127.0.0.1");
    }

    /// <summary>The public route takes every host, so a protected one that is not recognized is public.</summary>
    public sealed class EveryHost : ReplayGateway
    {
        private protected override void Configure(GatewaySetup setup) => setup
            .Route("closed", "/{**path}", "two-factor")
            .With("ReverseProxy:Routes:closed:Match:Hosts:0", "closed.example")
            .With("ReverseProxy:Routes:app:Match:Hosts:0", "*");
    }
}
