using System.Net;
using System.Net.Sockets;
using MfaGateway.Hardening;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A stranger claims another address, scheme or host. The page answers what the gateway believes.</summary>
public sealed class ForwardedHeaderAttacks : IAsyncLifetime
{
    private readonly EchoUpstream upstream = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => upstream.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.0/8")]
    public async Task Nobody_but_a_trusted_proxy_is_believed(string trusted)
    {
        await using var gateway = await StartAsync(trusted);
        const string lies = "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Prefix: /evil\r\nX-Forwarded-Port: 1\r\n";
        Assert.Equal("127.0.0.1 http gateway.example", Body(await gateway.GetAsync("/_mfa/whoami", lies)));

        var response = await gateway.GetAsync("/x", lies);
        Assert.Equal("127.0.0.1", response.Forwarded("X-Forwarded-For"));
        Assert.Equal("http", response.Forwarded("X-Forwarded-Proto"));
        Assert.Equal("gateway.example", response.Forwarded("X-Forwarded-Host"));
        Assert.Null(response.Forwarded("X-Forwarded-Prefix"));
        Assert.Null(response.Forwarded("X-Forwarded-Port"));
    }

    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9")]
    [InlineData("203.0.113.9:4711", "203.0.113.9")]
    [InlineData("2001:db8::9", "2001:db8::9")]
    [InlineData("[2001:db8::9]:4711", "2001:db8::9")]
    [InlineData("::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("198.51.100.1, 203.0.113.9", "203.0.113.9")]
    [InlineData("198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9")]
    [InlineData("198.51.100.1\r\nX-Forwarded-For: 203.0.113.9, 10.1.2.3", "203.0.113.9")]
    [InlineData("10.9.9.9, 10.1.2.3", "10.9.9.9")]
    [InlineData("garbage, 203.0.113.9", "203.0.113.9")]
    [InlineData("203.0.113.9, garbage", "127.0.0.1")]
    [InlineData("203.0.113.9, garbage, 10.1.2.3", "127.0.0.1")]
    [InlineData("203.0.113.9,", "127.0.0.1")]
    [InlineData("", "127.0.0.1")]
    [InlineData("unknown", "127.0.0.1")]
    [InlineData("1", "127.0.0.1")]
    [InlineData("0x7f.1", "127.0.0.1")]
    [InlineData("010.0.0.1", "127.0.0.1")]
    [InlineData("203.0.113.9:", "127.0.0.1")]
    [InlineData("203.0.113.9:99999", "127.0.0.1")]
    [InlineData("[203.0.113.9]", "127.0.0.1")]
    [InlineData("[::1", "127.0.0.1")]
    [InlineData("fe80::1%eth0", "127.0.0.1")]
    [InlineData("203.0.113.9 evil", "127.0.0.1")]
    public async Task The_client_is_the_first_from_the_right_that_is_no_trusted_proxy(string forwardedFor, string expected)
    {
        await using var gateway = await StartAsync("127.0.0.0/8", "10.0.0.0/8");
        Assert.Equal($"{expected} http gateway.example", Body(await gateway.GetAsync("/_mfa/whoami", $"X-Forwarded-For: {forwardedFor}\r\n")));
        Assert.Equal(expected, (await gateway.GetAsync("/x", $"X-Forwarded-For: {forwardedFor}\r\n")).Forwarded("X-Forwarded-For"));
    }

    [Theory]
    [InlineData("203.0.113.9", "https", "https")]
    [InlineData("203.0.113.9", "HTTPS", "https")]
    [InlineData("203.0.113.9", "wss", "https")]
    [InlineData("203.0.113.9", "WSS", "https")]
    [InlineData("203.0.113.9, 10.1.2.3", "wss, http", "https")]
    [InlineData("203.0.113.9", "ws", "http")]
    [InlineData("203.0.113.9", "wsss", "http")]
    [InlineData("203.0.113.9", "ftp", "http")]
    [InlineData("203.0.113.9", "https, http", "http")]
    [InlineData("198.51.100.1, 203.0.113.9", "https, http", "http")]
    [InlineData("203.0.113.9, 10.1.2.3", "https, http", "https")]
    [InlineData("198.51.100.1, 203.0.113.9, 10.1.2.3", "https, http, https", "http")]
    [InlineData("203.0.113.9, 10.1.2.3", "https", "https")]
    public async Task The_scheme_is_what_the_proxy_next_to_the_client_says(string forwardedFor, string proto, string expected)
    {
        await using var gateway = await StartAsync("127.0.0.0/8", "10.0.0.0/8");
        var response = await gateway.GetAsync("/_mfa/whoami", $"X-Forwarded-For: {forwardedFor}\r\nX-Forwarded-Proto: {proto}\r\n");
        Assert.Equal($"203.0.113.9 {expected} gateway.example", Body(response));
    }

    [Theory]
    [InlineData("wiki.example", "wiki.example")]
    [InlineData("wiki.example:8443", "wiki.example:8443")]
    [InlineData("evil.example, wiki.example", "wiki.example")]
    public async Task The_host_is_what_the_proxy_says(string forwarded, string expected)
    {
        await using var gateway = await StartAsync("127.0.0.0/8");
        var response = await gateway.GetAsync("/_mfa/whoami", $"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Host: {forwarded}\r\n");
        Assert.Equal($"203.0.113.9 http {expected}", Body(response));
    }

    [Theory]
    [InlineData("wiki.example/x")]
    [InlineData("user@wiki.example")]
    [InlineData("wiki.example\u00E9")]
    [InlineData("wiki example")]
    [InlineData("wiki.example:port")]
    [InlineData("wiki.example%2e")]
    [InlineData("wiki..example")]
    [InlineData("[::1")]
    [InlineData("127.1")]
    public async Task What_the_proxy_says_and_is_no_host_is_refused(string forwarded)
    {
        await using var gateway = await StartAsync("127.0.0.0/8");
        Assert.Equal(400, (await gateway.GetAsync("/_mfa/whoami", $"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Host: {forwarded}\r\n")).Status);
    }

    [Fact]
    public async Task A_forwarded_host_has_to_be_the_gateways_like_any_other()
    {
        var options = new HardeningOptions { PathPrefix = "/_mfa", PublicOrigin = new Uri("https://sso.example"), TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] };
        await using var gateway = await BareGateway.StartAsync([BareGateway.Route("/{**rest}", "Anonymous")], upstream.Address, options);
        Assert.Equal(421, (await gateway.GetAsync("/_mfa/whoami", "X-Forwarded-Host: evil.example\r\n", "sso.example")).Status);
        Assert.Equal(200, (await gateway.GetAsync("/_mfa/whoami", "X-Forwarded-Host: sso.example\r\n", "inner.example")).Status);
    }

    [Fact]
    public async Task A_target_in_absolute_form_is_held_against_the_host_it_was_sent_with()
    {
        await using var gateway = await StartAsync("127.0.0.0/8");
        var response = await gateway.GetAsync("http://inner.example/x", "X-Forwarded-Host: wiki.example\r\n", "inner.example");
        Assert.Equal("GET /x HTTP/1.1", response.ForwardedLine);
        Assert.Equal("wiki.example", response.Forwarded("X-Forwarded-Host"));
    }

    [Fact]
    public async Task An_IPv4_client_of_a_socket_for_both_kinds_has_one_address()
    {
        if (!Socket.OSSupportsIPv6)
        {
            Assert.False(Environment.GetEnvironmentVariable("MFAGATEWAY_REQUIRE_ALL") == "1", "This machine has no IPv6.");
            Assert.Skip("This machine has no IPv6.");
        }
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/{**rest}", "Anonymous")], upstream.Address, address: IPAddress.IPv6Any);
        Assert.Equal("127.0.0.1 http gateway.example", Body(await gateway.GetAsync("/_mfa/whoami")));
        Assert.Equal("127.0.0.1", (await gateway.GetAsync("/x")).Forwarded("X-Forwarded-For"));
    }

    private static string Body(RawResponse response) => response.Text[(response.Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..] switch
    {
        var body when body.Contains("\r\n", StringComparison.Ordinal) => body.Split("\r\n")[1],
        var body => body,
    };

    private Task<BareGateway> StartAsync(params string[] trusted) => BareGateway.StartAsync(
        [BareGateway.Route("/{**rest}", "Anonymous")],
        upstream.Address,
        new HardeningOptions { PathPrefix = "/_mfa", TrustedProxies = [.. trusted.Where(t => t.Length > 0).Select(t => IPNetwork.Parse(t))] });
}
