using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>
/// A stranger climbs out of a public path by the query, which apps that resolve the whole target as a path
/// (<c>path.join(root, req.url)</c>) take for a part of it.
/// </summary>
public sealed class QueryClimbAttacks : IAsyncLifetime
{
    private readonly EchoUpstream upstream = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => upstream.DisposeAsync();

    [Theory]
    [InlineData("/pub/?/../../admin/")]
    [InlineData("/pub?/../../admin/")]
    [InlineData("/pub?/../../admin")]
    [InlineData("/pub/x?/../../admin/")]
    [InlineData("/pub/x?a=b&c=/../../../../admin/")]
    [InlineData("/pub/?%2f..%2f..%2fadmin")]
    [InlineData("/pub/?/%2e%2E/.%2e/admin")]
    [InlineData("/pub/?\\..\\..\\admin")]
    [InlineData("/pub/?%5c..%5c..%5cadmin")]
    [InlineData("/pub/?%252f%252e%252e%252f..%252fadmin")]
    [InlineData("/pub/?%25252f..%25252f..%25252fadmin")]
    [InlineData("/pub/?/%%32e%25%32%65/../admin")]
    [InlineData("/pub/?//../../../admin")]
    [InlineData("/pub/?%0a%2f..%2f..%2fadmin")]
    [InlineData("/pub/?%ff%2f..%2f..%2fadmin&x=%zz%")]
    [InlineData("/pub/?/. ./.%20./admin")]
    [InlineData("/pub/?/..%E4%B8%AD/..;/admin")]
    [InlineData("/pub/?/../../admin?x=1")]
    [InlineData("/pub/?/../../admin%3Fx=1")]
    [InlineData("/pub/?/../../caf%C3%A9/x")]
    [InlineData("/pub/?/./../../%61dmin/")]
    [InlineData("http://gateway.example/pub/?/../../admin/")]
    [InlineData("/open/?/../../../admin")]
    [InlineData("/set/a/b/c/d?/../../../admin")]
    [InlineData("/set/a?/../admin")]
    [InlineData("/set/a?%2f..%2fadmin")]
    [InlineData("/set/a?a=b/../admin")]
    [InlineData("/pub/?/....//....//admin/")]
    [InlineData("/pub/?/..././..././admin/")]
    [InlineData("/pub/?/...//...//admin/")]
    [InlineData("/pub/?/%u002e%u002e/%u002e%u002e/admin/")]
    [InlineData("/pub/?%u002f..%u002f..%u002fadmin")]
    [InlineData("/pub/?/..;a/..;a/admin")]
    [InlineData("/pub/?/..;jsessionid=1/..;jsessionid=1/admin")]
    [InlineData("/pub/?/..%c0%af..%c0%afadmin")]
    [InlineData("/pub/?/%c0%ae%c0%ae/%c0%ae%c0%ae/admin")]
    [InlineData("/pub/?/%ef%bc%8e%ef%bc%8e/%ef%bc%8e%ef%bc%8e/admin")]
    [InlineData("/pub/?%ef%bc%8f..%ef%bc%8f..%ef%bc%8fadmin")]
    [InlineData("/pub/?/%uff0e%uff0e/%uff0e%uff0e/admin")]
    [InlineData("/pub/?/%u2024%u2024/%u2024%u2024/admin")]
    [InlineData("/pub/?/.<b>./.<b>./admin")]
    [InlineData("/pub/?/../..%00x")]
    [InlineData("/pub/?/../../%00")]
    [InlineData("/pub/?q=/../../../b%00c")]
    [InlineData("/pub/?/../../%2500")]
    [InlineData("/pub/?/.%5c./.%5c./admin")]
    [InlineData("/pub/?/%25252525252525252e%25252525252525252e/%25252525252525252e%25252525252525252e/admin")]
    [InlineData("/pub/x%3F/y?/%2e%2e/%2e%2e/%2e%2e/admin")]
    [InlineData("/set/x?/..;a/..;a/..;a/secret")]
    [InlineData("/open/x?/..;a/..;a/..;a/secret")]
    public async Task A_query_that_climbs_out_of_a_public_path_is_not_forwarded(string target)
    {
        await using var gateway = await StartAsync();
        Assert.True((await gateway.GetAsync(target.Replace(" ", "%20", StringComparison.Ordinal))).Status is 400 or 401);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("http://gateway.example?/../secret/x")]
    [InlineData("http://gateway.example?a=1/../secret/x")]
    [InlineData("http://gateway.example?%2f..%2fsecret%2fx")]
    [InlineData("http://gateway.example?..%5c..%5csecret")]
    [InlineData("/?/../secret/x")]
    [InlineData("/a?/../secret./x")]
    [InlineData("/a?/../secret%20/x")]
    [InlineData("/a?/../secret%2e%20/x")]
    [InlineData("/a?/%2e%2e/secret%2E/x")]
    [InlineData("/a?/..;a/secret/x")]
    [InlineData("/a?/../secret;b/x")]
    [InlineData("/a?/../secret;/x")]
    [InlineData("/a?/../sec%ef%bd%92et/x")]
    [InlineData("/a?/../(S(x))/secret")]
    [InlineData("/a?/../s%20ecret/x")]
    [InlineData("/a?/../secret::$INDEX_ALLOCATION/x")]
    [InlineData("/a?/../secret+/x")]
    [InlineData("/a?/../secret%23x")]
    [InlineData("/a?/../%00/secret")]
    [InlineData("/a?/..;a/number/5")]
    [InlineData("/a?/..;a/key/x/y")]
    [InlineData("/a?/..;a/files/x.key")]
    [InlineData("/secret;p/b?/..;/x")]
    [InlineData("//secret/b?/..;/x")]
    public async Task A_query_does_not_lead_from_open_paths_to_a_closed_one(string target)
    {
        await using var gateway = await BareGateway.StartAsync(
            [
                BareGateway.Route("/", "Anonymous"),
                BareGateway.Route("/{**rest}", "Anonymous"),
                BareGateway.Route("/secret/{**rest}"),
                BareGateway.Route("/number/{id:int}"),
                BareGateway.Route("/key/{name}", "Anonymous"),
                BareGateway.Route("/key/{**rest}"),
                BareGateway.Route("/files/{name}.key"),
            ],
            upstream.Address);
        Assert.Equal(401, (await gateway.GetAsync(target)).Status);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("GET", 200)]
    [InlineData("HEAD", 200)]
    [InlineData("POST", 401)]
    public async Task A_doubtful_query_is_held_to_the_routes_of_its_host_and_method(string method, int expected)
    {
        var posts = BareGateway.Route("/posts/{**rest}");
        await using var gateway = await BareGateway.StartAsync(
            [
                BareGateway.Route("/{**rest}", "Anonymous", ["gateway.example", "*.other.example"]),
                BareGateway.Route("/x/{**rest}", null, ["other.example", "*.other.example"]),
                posts with { Match = posts.Match with { Methods = ["POST"] } },
            ],
            upstream.Address);
        Assert.Equal(expected, (await gateway.SendAsync($"{method} /a?/..;b/c HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")).Status);
        Assert.Equal(401, (await gateway.SendAsync($"{method} /a?/..;b/c HTTP/1.1\r\nHost: a.other.example\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")).Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task A_doubtful_query_of_HEAD_is_held_to_the_routes_of_GET(string method)
    {
        var secret = BareGateway.Route("/secret/{**rest}");
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/{**rest}", "Anonymous"), secret with { Match = secret.Match with { Methods = ["GET"] } }], upstream.Address);
        Assert.Equal(401, (await gateway.SendAsync($"{method} /a?/..;b/secret/x HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n\r\n")).Status);
    }

    [Theory]
    [InlineData("/?q=%E4%BD%A0%E5%A5%BD/%E4%B8%96%E7%95%8C/x")]
    [InlineData("/?q=/%C3%BC/%C3%A9/x")]
    [InlineData("/?url=https://a.example/x/./y;z/%C3%BC")]
    [InlineData("/a/b/c?rel=../../img/x.png")]
    [InlineData("/a?path=./...&x=%zz/%")]
    [InlineData("/a?html=<b>x</b>.<i>/</i>")]
    [InlineData("/?x=%ff%fe/a%00b")]
    [InlineData("/?q=%EF%BF%BE/%EF%BF%BF")]
    [InlineData("/wiki/What%3F?q=%C3%BC/x&r=a\\b.c")]
    [InlineData("/?q=%uFFFE/%uD800/%uFFFF")]
    public async Task Ordinary_queries_of_open_paths_stay_open(string target)
    {
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/", "Anonymous"), BareGateway.Route("/{**rest}", "Anonymous"), BareGateway.Route("/secret/{**rest}")], upstream.Address);
        Assert.Equal(200, (await gateway.GetAsync(target)).Status);
    }

    [Fact]
    public async Task A_route_that_rewrites_paths_confines_queries_too()
    {
        await using var gateway = await BareGateway.StartAsync(
            [BareGateway.Route("/{**rest}", "Anonymous", null, ("PathPrefix", "/tenant"))], upstream.Address);
        foreach (var target in (string[])["/?/../../admin", "/x?/../../../admin", "/?%2f..%2f..%2fadmin", "/?\\..\\..\\admin"])
            Assert.Equal(400, (await gateway.GetAsync(target)).Status);
        Assert.Empty(upstream.Requests);
        Assert.Equal("GET /tenant/x?next=/a/../b HTTP/1.1", (await gateway.GetAsync("/x?next=/a/../b")).ForwardedLine);
    }

    [Fact]
    public async Task A_query_does_not_lead_out_of_a_prefix_that_is_exchanged()
    {
        await using var gateway = await BareGateway.StartAsync(
            [
                BareGateway.Route("/shop/catalog/{**rest}", "Anonymous", null, ("PathRemovePrefix", "/shop/catalog"), ("PathPrefix", "/pub")),
                BareGateway.Route("/staff/{**rest}", "two-factor", null, ("PathRemovePrefix", "/staff"), ("PathPrefix", "/secret")),
                BareGateway.Route("/{**rest}", "Anonymous", null, ("PathPrefix", "/www")),
            ],
            upstream.Address);
        foreach (var target in (string[])["/shop/catalog/?/../../secret/x", "/shop/catalog?/../secret/x", "/shop/catalog/a/?/../../../secret/x", "/shop/catalog/?%2f..%2f..%2fsecret"])
            Assert.Equal(400, (await gateway.GetAsync(target)).Status);
        Assert.Empty(upstream.Requests);
        Assert.Equal("GET /pub/a?back=../../b HTTP/1.1", (await gateway.GetAsync("/shop/catalog/a?back=../../b")).ForwardedLine);
    }

    [Theory]
    [InlineData("/app/x?next=/a/../b")]
    [InlineData("/app/x?path=..%2Fx")]
    [InlineData("/app/x?path=../../../../../etc/x")]
    [InlineData("/app/?/../../admin/")]
    [InlineData("/app/x?q=%252e%252e%252f%252e%252e%252f&r=%zz%&s=\\..\\..\\")]
    [InlineData("/app/x?text=%0a/../%ff%C3%BC.../..+b+;c%23")]
    [InlineData("/wiki/x?path=../../y")]
    public async Task Who_may_see_everything_sends_every_query(string target)
    {
        await using var gateway = await StartAsync();
        Assert.Equal($"GET {target.Replace("/wiki", "", StringComparison.Ordinal)} HTTP/1.1", (await gateway.GetAsync(target, BareGateway.SignedIn)).ForwardedLine);
    }

    [Theory]
    [InlineData("/pub/x?next=/a/../b")]
    [InlineData("/pub/x?q=wait...+1..2&v=1.2.3&w=..")]
    [InlineData("/pub/x?url=https%3A%2F%2Fwww.example%2Fa.b%2F...%2Fc")]
    [InlineData("/pub/x?file=../y")]
    public async Task Ordinary_queries_of_a_public_path_stay_public(string target)
    {
        await using var gateway = await StartAsync();
        Assert.Equal($"GET {target} HTTP/1.1", (await gateway.GetAsync(target)).ForwardedLine);
    }

    private Task<BareGateway> StartAsync() => BareGateway.StartAsync(
        [
            BareGateway.Route("/pub/{**rest}", "Anonymous"),
            BareGateway.Route("/open/{**rest}", "Anonymous", null, ("PathRemovePrefix", "/open"), ("PathPrefix", "/app/open")),
            BareGateway.Route("/set/{**rest}", "Anonymous", null, ("PathSet", "/app/set")),
            BareGateway.Route("/wiki/{**rest}", null, null, ("PathRemovePrefix", "/wiki")),
            BareGateway.Route("/{**rest}"),
        ],
        upstream.Address);
}
