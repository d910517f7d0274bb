using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>The spellings of <see cref="PathReadingAttacks"/> against the whole gateway, by strangers and by people who may not go there.</summary>
public sealed class PathPolicyAttacks
{
    [Fact]
    public async Task A_stranger_reaches_nothing_protected_beside_a_public_route()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("pub", "/pub/{**rest}", "Anonymous").Route("admin", "/admin/{**rest}", "two-factor").Route("rest", "/{**rest}", "two-factor"));
        await NothingIsForwardedAsync(gateway, cookies: "");
        Assert.Equal(200, (await GetAsync(gateway, "/pub/caf%C3%A9;x=y", "")).Status);
    }

    [Fact]
    public async Task A_stranger_reaches_nothing_protected_where_everything_else_is_public()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("admin", "/admin/{**rest}", "two-factor").Route("rest", "/{**rest}", "Anonymous"));
        await NothingIsForwardedAsync(gateway, cookies: "");
        Assert.Equal(200, (await GetAsync(gateway, "/caf%C3%A9;x=y", "")).Status);
    }

    [Fact]
    public async Task A_person_outside_the_group_reaches_nothing_of_the_group()
    {
        await using var gateway = await StartWithGroupAsync();
        var cookies = await SignInAsync(gateway, "ada");
        await NothingIsForwardedAsync(gateway, cookies);
        Assert.Equal(200, (await GetAsync(gateway, "/caf%C3%A9;x=y", cookies)).Status);
    }

    [Fact]
    public async Task A_person_in_the_group_gets_every_honest_byte_through()
    {
        await using var gateway = await StartWithGroupAsync();
        var cookies = await SignInAsync(gateway, "grace", "finance");
        foreach (var target in (string[])["/admin/a%2Fb", "/pub/..;/admin/x", "/%2561dmin/x", "//admin//x", "/admin/caf%C3%A9?q=%41//.."])
        {
            Assert.Equal(200, (await GetAsync(gateway, target, cookies)).Status);
            Assert.Equal(target, gateway.Upstream.Last.RawTarget);
        }
    }

    [Theory]
    [InlineData("/_mfa/../x")]
    [InlineData("/x/..%2f_mfa/sign-in")]
    [InlineData("/%255fmfa/sign-in")]
    [InlineData("/_mfa/nothing-here")]
    [InlineData("/_MFA/nothing-here")]
    [InlineData("/_mfa%2fsign-in")]
    public async Task Nothing_under_the_gateways_own_prefix_is_proxied(string target)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var cookies = await SignInAsync(gateway, "ada");
        Assert.InRange((await GetAsync(gateway, target, cookies)).Status, 400, 404);
        Assert.All(gateway.Upstream.Requests, request => Assert.Equal("/", request.RawTarget));
    }

    private static Task<GatewayUnderTest> StartWithGroupAsync() => GatewayUnderTest.StartAsync(setup => setup
        .Route("admin", "/admin/{**rest}", "finance-only").Route("rest", "/{**rest}", "two-factor")
        .With("MfaGateway:Policies:finance-only:Factors", "two-factor").With("MfaGateway:Policies:finance-only:Groups:0", "finance"));

    private static async Task<string> SignInAsync(GatewayUnderTest gateway, string userName, params string[] groups)
    {
        using var browser = gateway.NewBrowser();
        var person = await (await gateway.AddPersonAsync(userName, groups)).WithAuthenticatorAsync();
        var shown = await person.SignInAsync(browser, "/");
        Assert.Equal("hello from upstream", shown.Body);
        return "Cookie: " + string.Join("; ", browser.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")) + "\r\n";
    }

    private static Task<RawResponse> GetAsync(GatewayUnderTest gateway, string target, string cookies) =>
        Wire.GetAsync(gateway.Address.Port, target, $"Host: gateway.localhost\r\n{cookies}", TestContext.Current.CancellationToken);

    private static async Task NothingIsForwardedAsync(GatewayUnderTest gateway, string cookies)
    {
        var before = gateway.Upstream.Requests.Count;
        foreach (var spelling in Spellings.OfAdmin)
        {
            var response = await GetAsync(gateway, spelling, cookies);
            Assert.True(response.Status is 400 or 401 or 403 or 404 or 405, $"{spelling}: {response.Text}");
        }
        Assert.Equal(before, gateway.Upstream.Requests.Count);
    }
}
