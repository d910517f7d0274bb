using Xunit;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A stranger asks by HEAD for a page whose GET is protected: apps run the same code for both.</summary>
public sealed class HeadAttacks : IAsyncLifetime
{
    private readonly EchoUpstream upstream = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => upstream.DisposeAsync();

    [Theory]
    [InlineData("/doc/x")]
    [InlineData("/doc/%78")]
    [InlineData("/pub/..%2fdoc/x")]
    [InlineData("/both/x")]
    public async Task HEAD_passes_only_where_GET_passes(string target)
    {
        await using var gateway = await StartAsync();
        Assert.Equal(401, (await AskAsync(gateway, "GET", target, "")).Status);
        Assert.Equal(401, (await AskAsync(gateway, "HEAD", target, "")).Status);
        Assert.Empty(upstream.Requests);
        Assert.Equal(200, (await AskAsync(gateway, "HEAD", target, BareGateway.SignedIn)).Status);
    }

    [Theory]
    [InlineData("/x", 200)]
    [InlineData("/named/x", 200)]
    [InlineData("/none/x", 405)]
    public async Task Elsewhere_its_own_route_decides(string target, int status)
    {
        await using var gateway = await StartAsync();
        Assert.Equal(status, (await AskAsync(gateway, "HEAD", target, "")).Status);
    }

    private static Task<RawResponse> AskAsync(BareGateway gateway, string method, string target, string headers) =>
        gateway.SendAsync($"{method} {target} HTTP/1.1\r\nHost: gateway.example\r\n{headers}Connection: close\r\n\r\n");

    private static RouteConfig Route(string path, string? policy, params string[] methods)
    {
        var route = BareGateway.Route(path, policy);
        return route with { RouteId = $"{path} {string.Join(' ', methods)}", Match = new RouteMatch { Path = path, Methods = methods.Length == 0 ? null : methods } };
    }

    private Task<BareGateway> StartAsync() => BareGateway.StartAsync(
        [
            Route("/doc/{**rest}", null, "GET"),
            Route("/doc/{**rest}", "Anonymous"),
            Route("/both/{**rest}", null, "GET"),
            Route("/both/{**rest}", "Anonymous", "HEAD"),
            Route("/named/{**rest}", "Anonymous", "HEAD"),
            Route("/none/{**rest}", "Anonymous", "POST"),
            Route("/x", "Anonymous"),
            Route("/pub/{**rest}", "Anonymous"),
        ],
        upstream.Address);
}
