using MfaGateway.Hardening;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A stranger points a name of their own at the gateway, or names two hosts at once.</summary>
public sealed class HostAttacks : IAsyncLifetime
{
    private static readonly HardeningOptions WithPublicOrigin = new() { PathPrefix = "/_mfa", PublicOrigin = new Uri("https://sso.example") };

    private readonly EchoUpstream upstream = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => upstream.DisposeAsync();

    [Theory]
    [InlineData("evil.example")]
    [InlineData("sso.example.evil.example")]
    [InlineData("xsso.example")]
    [InlineData("a.wiki.example")]
    [InlineData("teams.example")]
    [InlineData("xteams.example")]
    [InlineData("ports.example:81")]
    [InlineData("ports.example")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("localhost")]
    public async Task A_host_that_is_not_the_gateways_meets_no_page_and_no_route(string host)
    {
        await using var gateway = await StartAsync();
        Assert.Equal(421, (await gateway.GetAsync("/x", BareGateway.SignedIn, host)).Status);
        Assert.Equal(421, (await gateway.GetAsync("/_mfa/whoami", "", host)).Status);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("wiki.example")]
    [InlineData("WIKI.Example")]
    [InlineData("wiki.example.")]
    [InlineData("wiki.example:443")]
    [InlineData("wiki.example.:443")]
    [InlineData("wiki.example:80")]
    [InlineData("a.teams.example")]
    [InlineData("a.b.teams.example.")]
    [InlineData("ports.example:8443")]
    [InlineData("PORTS.example.:8443")]
    public async Task Case_port_and_trailing_dot_change_nothing(string host)
    {
        await using var gateway = await StartAsync();
        Assert.Equal(200, (await gateway.GetAsync("/x", BareGateway.SignedIn, host)).Status);
        Assert.Equal(200, (await gateway.GetAsync("/_mfa/whoami", "", host)).Status);
    }

    [Theory]
    [InlineData("sso.example")]
    [InlineData("SSO.EXAMPLE.:443")]
    public async Task The_public_origin_shows_the_gateways_pages(string host)
    {
        await using var gateway = await StartAsync();
        Assert.Equal(200, (await gateway.GetAsync("/_mfa/whoami", "", host)).Status);
    }

    [Fact]
    public async Task A_public_origin_in_letters_of_another_script_shows_the_gateways_pages()
    {
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/x", null, ["wiki.example"])],
            upstream.Address,
            new HardeningOptions { PathPrefix = "/_mfa", PublicOrigin = new Uri("https://xn--bcher-kva.example") });
        Assert.Equal(200, (await gateway.GetAsync("/_mfa/whoami", "", "xn--bcher-kva.example")).Status);
        Assert.Equal(421, (await gateway.GetAsync("/_mfa/whoami", "", "xn--knste-kva.example")).Status);
    }

    [Theory]
    [InlineData("app.example:99999")]
    [InlineData("app.example:65536")]
    [InlineData("app.example:-1")]
    [InlineData("app.example:+80")]
    [InlineData("app.example:8 0")]
    [InlineData("app.example:80a")]
    [InlineData("[::1]:99999")]
    [InlineData("xn--h1.example")]
    [InlineData("xn--")]
    public async Task A_name_or_port_that_is_none_is_refused_also_where_every_host_is_served(string host)
    {
        await using var gateway = await BareGateway.StartAsync([BareGateway.Route("/{**rest}", "Anonymous")], upstream.Address);
        Assert.Equal(400, (await gateway.GetAsync("/x", "", host)).Status);
        Assert.Equal(400, (await gateway.GetAsync($"http://{host}/x", "", host)).Status);
        Assert.Empty(upstream.Requests);
        Assert.Equal(200, (await gateway.GetAsync("/x", "", "app.example:65535")).Status);
    }

    [Fact]
    public async Task Without_hosts_and_public_origin_every_host_is_served()
    {
        await using var gateway = await BareGateway.StartAsync([BareGateway.Route("/{**rest}", "Anonymous")], upstream.Address);
        Assert.Equal(200, (await gateway.GetAsync("/x", "", "any.example")).Status);
    }

    [Fact]
    public async Task A_route_without_hosts_answers_under_every_known_host_and_no_other()
    {
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/a", "Anonymous", ["a.example"]), BareGateway.Route("/b", "Anonymous")], upstream.Address);
        Assert.Equal(200, (await gateway.GetAsync("/b", "", "a.example")).Status);
        Assert.Equal(421, (await gateway.GetAsync("/b", "", "b.example")).Status);
    }

    [Fact]
    public async Task The_host_asterisk_opens_the_gateway_to_every_host()
    {
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/a", "Anonymous", ["a.example"]), BareGateway.Route("/b", "Anonymous", ["*"])], upstream.Address);
        Assert.Equal(200, (await gateway.GetAsync("/b", "", "b.example")).Status);
    }

    [Fact]
    public async Task Hosts_follow_a_reload_of_the_routes()
    {
        await using var gateway = await BareGateway.StartAsync([BareGateway.Route("/{**rest}", "Anonymous", ["a.example"])], upstream.Address);
        Assert.Equal(421, (await gateway.GetAsync("/_mfa/whoami", "", "b.example")).Status);
        gateway.Routes.Update([BareGateway.Route("/{**rest}", "Anonymous", ["b.example"])], BareGateway.Clusters(upstream.Address));
        Assert.Equal(200, (await gateway.GetAsync("/_mfa/whoami", "", "b.example")).Status);
        Assert.Equal(421, (await gateway.GetAsync("/_mfa/whoami", "", "a.example")).Status);
    }

    [Fact]
    public async Task A_health_probe_by_address_is_answered()
    {
        await using var gateway = await StartAsync();
        Assert.Equal(200, (await gateway.GetAsync("/_mfa/health/live", "", "127.0.0.1:8080")).Status);
        Assert.Equal(421, (await gateway.GetAsync("/_mfa/health/live/../../whoami", "", "127.0.0.1:8080")).Status);
    }

    [Theory]
    [InlineData("http://evil.example/x", "wiki.example")]
    [InlineData("http://wiki.example/x", "evil.example")]
    [InlineData("http://wiki.example@evil.example/x", "wiki.example")]
    [InlineData("http://user:password@wiki.example/x", "wiki.example")]
    [InlineData("http://wiki.example:81/x", "wiki.example")]
    public async Task A_target_that_names_another_host_than_Host_is_refused(string target, string host)
    {
        await using var gateway = await StartAsync();
        Assert.Equal(400, (await gateway.GetAsync(target, BareGateway.SignedIn, host)).Status);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /x HTTP/1.1\r\nHost: wiki.example\r\nHost: sso.example\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /x HTTP/1.1\r\nHost: wiki.example, sso.example\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /x HTTP/1.1\r\nHost: wiki.example/x\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /x HTTP/1.0\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET /x HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", 421)]
    public async Task No_host_or_two_hosts_are_none(string request, int status)
    {
        await using var gateway = await StartAsync();
        Assert.Equal(status, (await gateway.SendAsync(request)).Status);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("*")]
    [InlineData(null)]
    public async Task Without_a_name_of_a_host_nothing_reaches_an_app_that_is_open_to_every_host(string? host)
    {
        await using var gateway = await BareGateway.StartAsync([BareGateway.Route("/{**rest}", "Anonymous", host is null ? null : [host])], upstream.Address);
        Assert.Equal(400, (await gateway.SendAsync("GET /x HTTP/1.0\r\nConnection: close\r\n\r\n")).Status);
        Assert.Equal(400, (await gateway.SendAsync("GET /x HTTP/1.0\r\nHost:\r\nConnection: close\r\n\r\n")).Status);
        Assert.Equal(400, (await gateway.SendAsync("GET /x HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n")).Status);
        Assert.Equal(200, (await gateway.SendAsync("GET /_mfa/health/live HTTP/1.0\r\nConnection: close\r\n\r\n")).Status);
        Assert.Empty(upstream.Requests);
        Assert.Equal(200, (await gateway.SendAsync("GET /x HTTP/1.0\r\nHost: any.example\r\nConnection: close\r\n\r\n")).Status);
    }

    private Task<BareGateway> StartAsync() => BareGateway.StartAsync(
        [BareGateway.Route("/x", null, ["wiki.example", "*.teams.example", "ports.example:8443"])], upstream.Address, WithPublicOrigin);
}
