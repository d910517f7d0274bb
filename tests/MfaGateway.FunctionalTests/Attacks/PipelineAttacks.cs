using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>That the whole gateway has in place what <see cref="HostAttacks"/>, <see cref="FramingAttacks"/> and <see cref="ForwardedHeaderAttacks"/> try one by one.</summary>
public sealed class PipelineAttacks
{
    [Fact]
    public async Task A_host_that_is_not_the_gateways_sees_no_sign_in_page()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:PublicOrigin", "https://sso.example"));
        var foreign = await GetAsync(gateway, "/_mfa/sign-in", "Host: evil.example\r\nAccept: text/html\r\n");
        Assert.Equal(421, foreign.Status);
        Assert.DoesNotContain("password", foreign.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(421, (await GetAsync(gateway, "/x", "Host: evil.example\r\n")).Status);
        // Served, as far as plain HTTP goes: the page that leads to the secure address.
        var own = await GetAsync(gateway, "/_mfa/sign-in", "Host: SSO.example.:443\r\nAccept: text/html\r\n");
        Assert.Equal(403, own.Status);
        Assert.Contains("Signing in needs HTTPS", own.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await GetAsync(gateway, "/_mfa/health/live", "Host: 127.0.0.1\r\n")).Status);
        Assert.Equal(200, (await GetAsync(gateway, "/_mfa/health/ready", "Host: 127.0.0.1\r\n")).Status);
    }

    [Theory]
    [InlineData("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("X: y\nContent-Length: 0\r\n\r\n")]
    public async Task A_request_without_one_certain_end_is_refused(string rest)
    {
        await using var gateway = await StartPublicAsync();
        var response = await Wire.SendAsync(
            gateway.Address.Port,
            "POST /x HTTP/1.1\r\nHost: a.example\r\n" + rest + "GET /next HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n",
            TestContext.Current.CancellationToken);
        Assert.Equal(400, response.Status);
        Assert.Equal(1, response.Count);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData(null, "127.0.0.1")]
    [InlineData("127.0.0.0/8", "203.0.113.9")]
    public async Task The_app_is_told_the_address_that_the_gateway_believes(string? trusted, string expected)
    {
        await using var gateway = await StartPublicAsync(setup => setup.With("MfaGateway:TrustedProxies:0", trusted));
        Assert.Equal(200, (await GetAsync(gateway, "/x", "Host: a.example\r\nX-Forwarded-For: 198.51.100.1, 203.0.113.9\r\nX-Forwarded-Port: 1\r\n")).Status);
        Assert.Equal(expected, gateway.Upstream.Last.Headers["X-Forwarded-For"]);
        Assert.False(gateway.Upstream.Last.Headers.ContainsKey("X-Forwarded-Port"));
    }

    [Fact]
    public async Task A_refusal_is_a_problem_for_programs_and_a_page_for_people()
    {
        await using var gateway = await StartPublicAsync();
        var problem = await GetAsync(gateway, "/a%0Ab", "Host: a.example\r\n");
        Assert.Equal(400, problem.Status);
        Assert.Contains("Content-Type: application/problem+json", problem.Text, StringComparison.OrdinalIgnoreCase);
        var page = await GetAsync(gateway, "/a%0Ab", "Host: a.example\r\nAccept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n");
        Assert.Equal(400, page.Status);
        Assert.Contains("<h1", page.Text, StringComparison.Ordinal);
        Assert.Contains("Content-Security-Policy:", page.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static Task<GatewayUnderTest> StartPublicAsync(Action<GatewaySetup>? configure = null) => GatewayUnderTest.StartAsync(setup =>
    {
        setup.Route("all", "/{**rest}", "Anonymous");
        configure?.Invoke(setup);
    });

    private static Task<RawResponse> GetAsync(GatewayUnderTest gateway, string target, string headers) =>
        Wire.GetAsync(gateway.Address.Port, target, headers, TestContext.Current.CancellationToken);
}
