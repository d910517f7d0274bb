using System.Net;
using MfaGateway.Hardening;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A stranger spells the host of a protected route so that the gateway takes it for another one, and the app does not.</summary>
public sealed class HostSpellingAttacks : IAsyncLifetime
{
    private readonly EchoUpstream upstream = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => upstream.DisposeAsync();

    [Theory]
    [InlineData("XN--BCHER-KVA.test")]
    [InlineData("Xn--bcher-kva.test")]
    [InlineData("xN--bCHER-kva.TEST.")]
    [InlineData("xn--bcher-kva.test.:80")]
    [InlineData("a.XN--bcher-kva.test")]
    [InlineData("WIKI.Test.")]
    [InlineData("wiki.test:00080")]
    public async Task Another_spelling_of_a_protected_host_is_as_protected(string host)
    {
        await using var gateway = await StartAsync();
        Assert.Equal(401, (await gateway.GetAsync("/x", "", host)).Status);
        // The server itself refuses some spellings of it in a target.
        Assert.True((await gateway.GetAsync($"http://{host}/x", "", host)).Status is 400 or 401);
        Assert.Equal(401, (await gateway.GetAsync("/x", $"X-Forwarded-Host: {host}\r\n", "open.test")).Status);
        Assert.Equal(401, await OverHttp2Async(gateway, host));
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("xn--wiki-.test")]
    [InlineData("xn--test-")]
    [InlineData("wiki.xn--test-")]
    [InlineData("xn--BCHER-KV.test")]
    [InlineData("xn--bcher-kva..test")]
    [InlineData("wiki..test")]
    [InlineData("wiki.test..")]
    [InlineData(".wiki.test")]
    [InlineData("w%69ki.test")]
    [InlineData("wiki%2etest")]
    [InlineData("%EF%BD%97iki.test")]
    [InlineData("wiki%E3%80%82test")]
    [InlineData("xn--iki-596s.test")]
    [InlineData("xn--ab-r13a.test")]
    [InlineData("xn--Wiki-.test")]
    [InlineData("wiki,.test")]
    [InlineData("wiki;.test")]
    [InlineData("wiki!.test")]
    [InlineData("127.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("127.0.0.0x1")]
    [InlineData("2130706433")]
    [InlineData("0177.0.0.1")]
    [InlineData("127.0.0.01")]
    public async Task A_name_without_one_clear_meaning_is_refused(string host)
    {
        await using var gateway = await StartAsync();
        Assert.Equal(400, (await gateway.GetAsync("/x", BareGateway.SignedIn, host)).Status);
        Assert.Equal(400, (await gateway.GetAsync($"http://{host}/x", BareGateway.SignedIn, host)).Status);
        await gateway.GetAsync("/x", $"X-Forwarded-Host: {host}\r\n", "wiki.test");
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("xn--wiki-.test")]
    [InlineData("127.1")]
    public async Task Over_HTTP_2_it_is_refused_as_well(string host)
    {
        await using var gateway = await StartAsync();
        Assert.Equal(400, await OverHttp2Async(gateway, host));
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("Wiki.Test", "wiki.test")]
    [InlineData("wiki.test.:80", "wiki.test")]
    [InlineData("WIKI.test:8080", "wiki.test:8080")]
    [InlineData("wiki.test:443", "wiki.test:443")]
    [InlineData("XN--Bcher-KVA.test", "xn--bcher-kva.test")]
    [InlineData("xn--bcher-kva.test.:8080", "xn--bcher-kva.test:8080")]
    [InlineData("xn--strae-oqa.test", "xn--strae-oqa.test")]
    [InlineData("[0:0:0:0:0:0:0:1]:80", "[::1]")]
    [InlineData("127.0.0.1:8080", "127.0.0.1:8080")]
    [InlineData("my_host.test", "my_host.test")]
    [InlineData("r3---sn.test", "r3---sn.test")]
    [InlineData("xn--ls8h.test", "xn--ls8h.test")]
    public async Task The_app_gets_the_spelling_that_was_decided_on(string host, string expected)
    {
        await using var gateway = await StartAsync();
        var response = await gateway.GetAsync("/x", BareGateway.SignedIn, host);
        Assert.Equal(expected, response.Forwarded("Host"));
        Assert.Equal(expected, response.Forwarded("X-Forwarded-Host"));
    }

    private static async Task<int> OverHttp2Async(BareGateway gateway, string host)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Http2, "/x"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("Host", host);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    private Task<BareGateway> StartAsync() => BareGateway.StartAsync(
        [
            BareGateway.Route("/{**rest}", null, ["bücher.test", "*.bücher.test", "wiki.test"], ("RequestHeaderOriginalHost", "true")),
            BareGateway.Route("/{**rest}", "Anonymous", ["*"], ("RequestHeaderOriginalHost", "true")),
        ],
        upstream.Address,
        new HardeningOptions { PathPrefix = "/_mfa", TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });
}
