using MfaGateway.Configuration;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Routes by which a client, and not its path, chooses that no sign-in is asked for.</summary>
public sealed class RouteChoiceAdvisories
{
    [Fact]
    [Advisory("CVE-2026-34457", "oauth2-proxy", "A request that names the health checker as its User-Agent is let through under every path", "src/MfaGateway/Configuration/GatewayConfigurationReader.cs")]
    public async Task A_route_that_a_User_Agent_opens_over_a_protected_path_stops_the_start()
    {
        var refused = await Assert.ThrowsAsync<ConfigurationFaultsException>(() => StartAsync("/{**path}"));
        Assert.Contains("ReverseProxy:Routes:health", refused.Message, StringComparison.Ordinal);

        // A path of its own, which is what a health check needs.
        await using var started = await StartAsync("/healthz");
    }

    private static Task<GatewayUnderTest> StartAsync(string path) => GatewayUnderTest.StartAsync(setup => setup
        .Route("admin", "/admin/{**path}", "two-factor")
        .Route("health", path, "Anonymous")
        .With("ReverseProxy:Routes:health:Match:Headers:0:Name", "User-Agent")
        .With("ReverseProxy:Routes:health:Match:Headers:0:Values:0", "GoogleHC/1.0")
        .With("ReverseProxy:Routes:health:Order", "-1"));
}
