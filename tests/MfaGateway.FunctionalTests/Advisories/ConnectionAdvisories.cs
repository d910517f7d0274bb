using System.Net;
using MfaGateway.FunctionalTests.Attacks;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>What one client leaves on a connection to the app, for the next one.</summary>
public sealed class ConnectionAdvisories(CarelessGateway gateway) : IClassFixture<CarelessGateway>, IDisposable
{
    private const string Smuggled = "GET /admin/delete HTTP/1.1\r\nHost: app\r\nRemote-User: root\r\n\r\n";

    public void Dispose() => gateway.Reset();

    [Theory]
    [Advisory("CVE-2026-34441", "cpp-httplib", "The app answers a GET without reading its body, and handles the body as the next request", "src/MfaGateway/Proxying/ProxiedBodies.cs")]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task A_body_of_a_safe_method_is_no_request(string method)
    {
        using var refused = await gateway.RespondAsync("/pub/x", new HttpMethod(method), new StringContent(Smuggled));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Empty(gateway.Heads);

        Assert.Equal("200 GET /pub/x", await gateway.SendAsync("/pub/x", HttpMethod.Get));
    }

    [Fact]
    [Advisory("CVE-2020-27218", "Eclipse Jetty", "A body that the app leaves unread is put before what another client sends on the same connection", "src/MfaGateway/Proxying/LastUseOfConnections.cs")]
    public async Task Nothing_of_another_client_follows_a_body_that_may_be_unread()
    {
        Assert.Equal("200 POST /pub/first", await gateway.SendAsync("/pub/first", HttpMethod.Post, new StringContent(Smuggled)));
        Assert.Equal("200 GET /pub/second", await gateway.SendAsync("/pub/second", HttpMethod.Get));
        Assert.Equal("200 POST /pub/third", await gateway.SendAsync("/pub/third", HttpMethod.Post, new StringContent("hello")));

        Assert.Equal(["POST /pub/first", "GET /pub/second", "POST /pub/third"], gateway.Heads.Select(CarelessGateway.LineOf));
    }
}
