using System.Net;
using System.Net.WebSockets;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A stranger spells a protected path so that the gateway takes it for a public one.</summary>
public sealed class PathReadingAttacks : IAsyncLifetime
{
    private readonly EchoUpstream upstream = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => upstream.DisposeAsync();

    [Fact]
    public async Task No_spelling_of_a_protected_path_is_forwarded_where_a_public_route_stands_beside_it()
    {
        await using var gateway = await StartPublicBesideProtectedAsync();
        await NothingIsForwardedAsync(gateway);
    }

    [Fact]
    public async Task No_spelling_of_a_protected_path_is_forwarded_where_everything_else_is_public()
    {
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/admin/{**rest}"), BareGateway.Route("/{**rest}", "Anonymous")], upstream.Address);
        await NothingIsForwardedAsync(gateway);
    }

    /// <summary>Shows that the attacks are real: without the hardening, they reach the upstream.</summary>
    [Fact]
    public async Task The_same_spellings_reach_the_upstream_where_nothing_judges_them()
    {
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/admin/{**rest}"), BareGateway.Route("/{**rest}", "Anonymous")], upstream.Address, isHardened: false);
        foreach (var spelling in Spellings.OfAdmin)
            await gateway.GetAsync(spelling);
        Assert.InRange(upstream.Requests.Count, 90, Spellings.OfAdmin.Length);
    }

    [Fact]
    public async Task Readings_are_judged_by_the_routes_of_the_moment()
    {
        await using var gateway = await BareGateway.StartAsync([BareGateway.Route("/{**rest}", "Anonymous")], upstream.Address);
        Assert.Equal(200, (await gateway.GetAsync("/pub/..;/later")).Status);
        gateway.Routes.Update([BareGateway.Route("/{**rest}", "Anonymous"), BareGateway.Route("/later/{**rest}")], BareGateway.Clusters(upstream.Address));
        await WaitForAsync(async () => (await gateway.GetAsync("/later")).Status == 401);
        await WaitForAsync(async () => (await gateway.GetAsync("/pub/..;/later")).Status == 401);
    }

    [Fact]
    public async Task No_spelling_of_a_path_without_a_route_is_forwarded_as_a_public_one()
    {
        await using var gateway = await BareGateway.StartAsync([BareGateway.Route("/pub/{**rest}", "Anonymous")], upstream.Address);
        await NothingIsForwardedAsync(gateway);
    }

    [Fact]
    public async Task A_public_route_that_rewrites_paths_confines_requests_to_what_it_prefixes()
    {
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/pub/{**rest}", "Anonymous", null, ("PathRemovePrefix", "/pub"), ("PathPrefix", "/tenant"))], upstream.Address);
        foreach (var target in (string[])["/pub/.%20./admin", "/pub/....//admin", "/pub/..%E4%B8%AD/admin", "/pub/.!./admin", "/pub/x/..%2f..%2fadmin", "/pub/x%2f..%2f..%2fadmin", "/pub/x/%252e%252e/%252e%252e/admin", "/pub/y/..;/..;/admin", "/pub/a/../b"])
        {
            var response = await gateway.GetAsync(target, BareGateway.SignedIn);
            Assert.Null(response.ForwardedLine);
        }
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task Over_HTTP_2_no_spelling_is_forwarded_either()
    {
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/admin/{**rest}"), BareGateway.Route("/{**rest}", "Anonymous")], upstream.Address);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        foreach (var spelling in Spellings.OfAdmin.Where(spelling => spelling.StartsWith('/')))
        {
            using var request = Http2Request(gateway, spelling);
            try
            {
                using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.True((int)response.StatusCode is >= 400 and < 500, $"{spelling}: {response.StatusCode}");
            }
            catch (HttpRequestException e) when (e.InnerException is HttpProtocolException)
            {
                // The server resets a stream whose path it cannot read: refused as well.
            }
        }
        Assert.Empty(upstream.Requests);

        using var honest = Http2Request(gateway, "/a%2Fb//c;d?e=%41");
        using var answer = await client.SendAsync(honest, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith("GET /a%2Fb//c;d?e=%41 HTTP/1.1", Assert.Single(upstream.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_WebSocket_over_HTTP_2_is_no_tunnel_and_is_forwarded()
    {
        await using var gateway = await BareGateway.StartAsync([BareGateway.Route("/{**rest}", "Anonymous")], upstream.Address);
        using var socket = new ClientWebSocket { Options = { HttpVersion = HttpVersion.Version20, HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact } };
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());

        // The upstream speaks no WebSocket: what counts is that it was asked.
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(gateway.Http2) { Scheme = "ws", Path = "/socket" }.Uri, client, TestContext.Current.CancellationToken));
        var request = Assert.Single(upstream.Requests);
        Assert.StartsWith("GET /socket HTTP/1.1", request, StringComparison.Ordinal);
        Assert.Contains("Upgrade: websocket", request, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Whoever_meets_all_readings_gets_the_bytes_through()
    {
        await using var gateway = await StartPublicBesideProtectedAsync();
        foreach (var target in (string[])["/pub/..;/admin/x", "/pub/%2e%2e/admin/x", "//pub/admin/x", "/admin%20/x", "/%2561dmin"])
            Assert.Equal($"GET {target} HTTP/1.1", (await gateway.GetAsync(target, BareGateway.SignedIn)).ForwardedLine);
    }

    [Theory]
    [InlineData("/pub/caf%C3%A9")]
    [InlineData("/pub/a%2Fb")]
    [InlineData("/pub/a//b")]
    [InlineData("/pub/page.jsp;jsessionid=1")]
    [InlineData("/pub/100%25")]
    [InlineData("/pub/c%23.txt")]
    [InlineData("/pub/what%3F")]
    [InlineData("/pub/c++/")]
    [InlineData("/pub/a%40b.example")]
    [InlineData("/pub/a/../b")]
    [InlineData("/pub/etc.")]
    [InlineData("/pub/%EF%BC%A1")]
    [InlineData("/pub/My%20file%20(1).txt")]
    [InlineData("/pub/%E6%97%A5%E6%9C%AC2024.pdf")]
    [InlineData("/pub/compare/v1..v2")]
    [InlineData("/pub/a%3Cb%3Ec")]
    [InlineData("/pub/-.-")]
    public async Task Unusual_names_under_a_public_route_stay_public(string target)
    {
        await using var gateway = await StartPublicBesideProtectedAsync();
        Assert.Equal($"GET {target} HTTP/1.1", (await gateway.GetAsync(target)).ForwardedLine);
    }

    [Theory]
    [InlineData("FOO")]
    [InlineData("get")]
    [InlineData("GET2")]
    [InlineData("TRACK")]
    public async Task A_public_route_is_not_open_to_methods_nobody_knows(string method)
    {
        await using var gateway = await BareGateway.StartAsync([BareGateway.Route("/{**rest}", "Anonymous")], upstream.Address);
        var response = await gateway.SendAsync($"{method} /x HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n\r\n");
        Assert.Equal(401, response.Status);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("TRACE /x")]
    [InlineData("CONNECT gateway.example:80")]
    public async Task Echoes_and_tunnels_are_refused(string methodAndTarget)
    {
        await using var gateway = await BareGateway.StartAsync([BareGateway.Route("/{**rest}", "Anonymous")], upstream.Address);
        var response = await gateway.SendAsync($"{methodAndTarget} HTTP/1.1\r\nHost: gateway.example:80\r\nConnection: close\r\n\r\n");
        Assert.Equal(405, response.Status);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task A_public_route_is_public_in_its_own_letter_case_only()
    {
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/pub/{**rest}", "Anonymous"), BareGateway.Route("/v{n}-open/x", "Anonymous"), BareGateway.Route("/{**rest}")], upstream.Address);
        Assert.Equal(200, (await gateway.GetAsync("/pub/X")).Status);
        Assert.Equal(200, (await gateway.GetAsync("/v1-open/x")).Status);
        foreach (var target in (string[])["/PUB/x", "/Pub/x", "/pUb", "/V1-open/x", "/v1-Open/x", "/v1-open/X"])
            Assert.Equal(401, (await gateway.GetAsync(target)).Status);
        Assert.Equal("GET /PUB/x HTTP/1.1", (await gateway.GetAsync("/PUB/x", BareGateway.SignedIn)).ForwardedLine);
    }

    [Theory]
    [InlineData("/_mfa/../app")]
    [InlineData("/app/..%2f_mfa/sign-in")]
    [InlineData("/%255fmfa/sign-in")]
    [InlineData("/_mfa%20/sign-in")]
    [InlineData("/_MFA%2fsign-in")]
    public async Task Nothing_that_some_server_reads_as_the_gateways_own_page_is_proxied(string target)
    {
        await using var gateway = await BareGateway.StartAsync([BareGateway.Route("/{**rest}")], upstream.Address);
        Assert.Equal(403, (await gateway.GetAsync(target, BareGateway.SignedIn)).Status);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("/a%2Fb")]
    [InlineData("/a%2fb")]
    [InlineData("/a//b")]
    [InlineData("//a/b")]
    [InlineData("/a%20b")]
    [InlineData("/a;x=y/b;z")]
    [InlineData("/caf%C3%A9")]
    [InlineData("/caf%c3%a9")]
    [InlineData("/a%41%7E~")]
    [InlineData("/a/./b")]
    [InlineData("/a/../b")]
    [InlineData("/a%5Cb")]
    [InlineData("/100%25")]
    [InlineData("/a%252Fb")]
    [InlineData("/a[0]|b")]
    [InlineData("/\"<x>^`{y}")]
    [InlineData("/x?")]
    [InlineData("/x?a=%41%2F..//\\^|[x]{}\"<>`'&b=%zz%")]
    [InlineData("/?a?b//../c")]
    [InlineData("/+a+/c++")]
    public async Task Where_all_readings_meet_one_policy_the_bytes_arrive_as_they_were_sent(string target)
    {
        await using var gateway = await BareGateway.StartAsync([BareGateway.Route("/{**rest}")], upstream.Address);
        Assert.Equal($"GET {target} HTTP/1.1", (await gateway.GetAsync(target, BareGateway.SignedIn)).ForwardedLine);
        Assert.Equal(401, (await gateway.GetAsync(target)).Status);
    }

    [Theory]
    [InlineData("/my%20app/a%2Fb//c;x=y/caf%C3%A9?q=%41", "/base/new/a%2Fb//c;x=y/caf%C3%A9?q=%41")]
    [InlineData("/My%20App/a%20b", "/base/new/a%20b")]
    [InlineData("/m%79%20app/x", "/base/new/x")]
    [InlineData("/my%20app", "/base/new")]
    [InlineData("/my%20app/", "/base/new/")]
    [InlineData("http://gateway.example/my%20app/a%2Fb?c", "/base/new/a%2Fb?c")]
    public async Task Rewriting_a_prefix_keeps_the_bytes_of_the_rest(string target, string expected)
    {
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/my app/{**rest}", null, null, ("PathRemovePrefix", "/my app"), ("PathPrefix", "/new"))], upstream.Address + "base/");
        Assert.Equal($"GET {expected} HTTP/1.1", (await gateway.GetAsync(target, BareGateway.SignedIn)).ForwardedLine);
    }

    [Theory]
    [InlineData("/my%20app/x")]
    [InlineData("/My%20App")]
    [InlineData("/caf%C3%A9/x%20y")]
    [InlineData("/%E6%97%A5%E6%9C%AC/x")]
    [InlineData("/my%20docs/new/x")]
    public async Task A_route_whose_name_is_read_in_several_ways_is_reached_by_it(string target)
    {
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/my app/{**rest}", "Anonymous"), BareGateway.Route("/café/{**rest}", "Anonymous"), BareGateway.Route("/日本/{**rest}", "Anonymous"), BareGateway.Route("/my docs/new/{**rest}", "Anonymous"), BareGateway.Route("/{**rest}")],
            upstream.Address);
        Assert.Equal(target.StartsWith("/My", StringComparison.Ordinal) ? 401 : 200, (await gateway.GetAsync(target)).Status);
        Assert.Equal($"GET {target} HTTP/1.1", (await gateway.GetAsync(target, BareGateway.SignedIn)).ForwardedLine);
    }

    [Theory]
    [InlineData("/my%20app/x")]
    [InlineData("/caf%C3%A9/x")]
    [InlineData("/a%20b/c/../x")]
    [InlineData("/my%20app/.%20./x")]
    public async Task A_name_that_is_read_as_that_of_a_protected_route_is_as_protected(string target)
    {
        await using var gateway = await BareGateway.StartAsync(
            [
                BareGateway.Route("/my app/{**rest}", "Anonymous"), BareGateway.Route("/myapp/x"), BareGateway.Route("/café/{**rest}", "Anonymous"), BareGateway.Route("/cafe/{**rest}"),
                BareGateway.Route("/a b/c/{**rest}", "Anonymous"), BareGateway.Route("/{**rest}"),
            ],
            upstream.Address);
        Assert.Equal(401, (await gateway.GetAsync(target)).Status);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task A_changed_query_keeps_the_bytes_of_the_path()
    {
        var route = BareGateway.Route("/{**rest}", "Anonymous") with
        {
            Transforms = [new Dictionary<string, string>(StringComparer.Ordinal) { ["QueryValueParameter"] = "added", ["Append"] = "1" }],
        };
        await using var gateway = await BareGateway.StartAsync([route], upstream.Address);
        Assert.Equal("GET /a%2Fb;c//d?x=1&added=1 HTTP/1.1", (await gateway.GetAsync("/a%2Fb;c//d?x=1")).ForwardedLine);
    }

    private static HttpRequestMessage Http2Request(BareGateway gateway, string target) => new(
        HttpMethod.Get,
        new Uri(gateway.Http2.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private Task<BareGateway> StartPublicBesideProtectedAsync() => BareGateway.StartAsync(
        [BareGateway.Route("/pub/{**rest}", "Anonymous"), BareGateway.Route("/admin/{**rest}"), BareGateway.Route("/{**rest}")], upstream.Address);

    private static async Task WaitForAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await condition())
            deadline.Token.ThrowIfCancellationRequested();
    }

    private async Task NothingIsForwardedAsync(BareGateway gateway)
    {
        foreach (var spelling in Spellings.OfAdmin)
        {
            var response = await gateway.GetAsync(spelling);
            Assert.True(response.Status is 400 or 401 or 403 or 404 or 405, $"{spelling}: {response.Text}");
        }
        Assert.Empty(upstream.Requests);
    }
}
