using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>WebDAV's <c>COPY</c> and <c>MOVE</c> act on two resources: a stranger may write to a public one and names a protected one as the other.</summary>
public sealed class DestinationAttacks
{
    [Theory]
    [InlineData("/admin/x", 401)]
    [InlineData("/%61dmin/x", 401)]
    [InlineData("/pub/%252e%252e/admin/x", 400)]
    [InlineData("/pub;x/../admin/x", 400)]
    [InlineData("/pub/../admin/x", 400)]
    [InlineData("/admin;a=b/x", 403)]
    [InlineData("/(S(x))/admin/x", 403)]
    [InlineData("//admin/x", 400)]
    [InlineData("http://gateway.example/admin/x", 401)]
    [InlineData("https://gateway.example/admin/x", 401)]
    [InlineData("https://GATEWAY.example:443/admin/x", 401)]
    [InlineData("http://gateway.example/ADMIN/x", 401)]
    [InlineData("http://other.example/admin/x", 502)]
    [InlineData("http://other.example/pub/x", 502)]
    [InlineData("http://gateway.example@other.example/pub/x", 502)]
    [InlineData("ftp://gateway.example/pub/x", 502)]
    [InlineData("http://gateway.example:81/pub/x", 502)]
    [InlineData("pub/x", 400)]
    [InlineData("", 400)]
    [InlineData("/pub/\\x", 400)]
    [InlineData("/pub/x#y", 400)]
    [InlineData("/pub/%00", 400)]
    [InlineData("/pub/x\r\nDestination: /admin/x", 400)]
    [InlineData("/_mfa/sign-in", 403)]
    [InlineData("/nowhere", 403)]
    [InlineData("/pub/x", 200)]
    [InlineData("http://gateway.example/pub/x%20y", 200)]
    public async Task The_destination_is_judged_as_the_target_is(string destination, int expected)
    {
        await using var gateway = await StartAsync();
        foreach (var method in (string[])["COPY", "MOVE"])
        {
            var answer = await SendAsync(gateway, method, $"Destination: {destination}\r\n");
            Assert.Equal(expected, answer.Status);
        }
        Assert.Equal(expected == 200 ? 2 : 0, gateway.Upstream.Requests.Count);
    }

    [Fact]
    public async Task A_destination_beside_an_overridden_method_is_judged_and_one_that_means_nothing_passes()
    {
        await using var gateway = await StartAsync();

        Assert.Equal(401, (await SendAsync(gateway, "POST", "X-HTTP-Method-Override: MOVE\r\nDestination: /admin/x\r\nContent-Length: 0\r\n")).Status);
        Assert.Equal(200, (await SendAsync(gateway, "POST", "Destination: Paris\r\nContent-Length: 0\r\n")).Status);
        Assert.Equal(200, (await SendAsync(gateway, "COPY", "")).Status);
    }

    [Theory]
    [InlineData("COPY /tree/", "Destination: /tree/mine/\r\n", 401)]
    [InlineData("COPY /tree", "Destination: /pub/mine\r\n", 401)]
    [InlineData("COPY /pub/x", "Destination: /tree\r\n", 401)]
    [InlineData("MOVE /tree/", "Destination: /pub/x\r\nDepth: 0\r\n", 401)]
    [InlineData("MOVE /", "Destination: /pub/x\r\n", 401)]
    [InlineData("DELETE /tree/", "", 401)]
    [InlineData("DELETE /tree/part", "", 401)]
    [InlineData("DELETE /Tree/", "", 401)]
    [InlineData("LOCK /%74ree/", "", 401)]
    [InlineData("PROPFIND /tree/", "Depth: infinity\r\n", 401)]
    [InlineData("PROPFIND /tree/", "Depth: 1\r\n", 401)]
    [InlineData("PROPFIND /tree/", "Depth: 0\r\nDepth: infinity\r\n", 401)]
    [InlineData("SEARCH /tree/", "", 401)]
    [InlineData("PROPFIND /tree/", "Depth: 0\r\n", 200)]
    [InlineData("COPY /tree/", "Destination: /pub/x\r\nDepth: 0\r\n", 200)]
    [InlineData("COPY /pub/x", "Destination: /tree\r\nDepth: 0\r\n", 401)]
    [InlineData("DELETE /tree/other", "", 200)]
    [InlineData("COPY /tree/other/", "Destination: /pub/x\r\n", 200)]
    [InlineData("PUT /tree/x", "Content-Length: 0\r\n", 200)]
    [InlineData("DELETE /pub/a/b", "", 200)]
    public async Task What_acts_on_a_tree_meets_the_policies_of_its_parts(string request, string headers, int expected)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("pub", "/pub/{**rest}", "Anonymous").Route("tree", "/tree/{**rest}", "Anonymous").Route("part", "/tree/part/{**rest}", "two-factor").Route("app", "/{**rest}", "Anonymous"));
        var answer = await Wire.SendAsync(
            gateway.Address.Port, $"{request} HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n{headers}\r\n", TestContext.Current.CancellationToken);
        Assert.Equal(expected, answer.Status);
    }

    private static Task<GatewayUnderTest> StartAsync() => GatewayUnderTest.StartAsync(setup => setup
        .Route("pub", "/pub/{**rest}", "Anonymous").Route("admin", "/admin/{**rest}", "two-factor"));

    private static Task<RawResponse> SendAsync(GatewayUnderTest gateway, string method, string headers) => Wire.SendAsync(
        gateway.Address.Port, $"{method} /pub/a HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n{headers}\r\n", TestContext.Current.CancellationToken);
}
