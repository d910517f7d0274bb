using MfaGateway.FunctionalTests.Attacks;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>Apps of older code pages have bytes in their paths that are not UTF-8.</summary>
public sealed class OlderCodePageTests
{
    [Theory]
    [InlineData("/r%E9sum%E9.pdf")]
    [InlineData("/docs/%C0%20propos.html?x=%E9")]
    [InlineData("/%83%5C%83t%83g.html")]
    [InlineData("/%CF%F0%E8%E2%E5%F2.doc")]
    public async Task They_pass_byte_for_byte_where_one_policy_is_all_there_is(string target)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", "/{**rest}", "Anonymous"));

        Assert.Equal(200, (await GetAsync(gateway, target)).Status);
        Assert.Equal(target, gateway.Upstream.Last.RawTarget);
    }

    [Fact]
    public async Task They_pass_where_a_prefix_is_removed_and_meet_the_strictest_policy_where_readings_differ()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("app", "/app/{**rest}", "Anonymous").Route("admin", "/app/admin/{**rest}", "two-factor")
            .With("ReverseProxy:Routes:app:Transforms:0:PathRemovePrefix", "/app"));

        Assert.Equal(200, (await GetAsync(gateway, "/app/r%E9sum%E9.pdf")).Status);
        Assert.Equal("/r%E9sum%E9.pdf", gateway.Upstream.Last.RawTarget);
        Assert.Equal(401, (await GetAsync(gateway, "/app/ad%FFmin/x")).Status);
        Assert.Equal(401, (await GetAsync(gateway, "/app/%E0dmin/x")).Status);
        Assert.Equal(400, (await GetAsync(gateway, "/app/%c0%af/admin")).Status);
        Assert.Single(gateway.Upstream.Requests);
    }

    private static Task<RawResponse> GetAsync(GatewayUnderTest gateway, string target) =>
        Wire.GetAsync(gateway.Address.Port, target, "Host: gateway.example\r\n", TestContext.Current.CancellationToken);
}
