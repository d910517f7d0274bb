using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Addresses to go to after signing in that look like a path here and lead a browser elsewhere.</summary>
public sealed class RedirectAdvisories : IAsyncLifetime
{
    private const string Guard = "src/MfaGateway/Hardening/ReturnUrls.cs";

    private GatewayUnderTest _gateway = null!;
    private TestPerson _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", "/{**path}", "one-factor"));
        _ada = await _gateway.AddPersonAsync();
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [Advisory("CVE-2026-83589", "Red Hat oauth-proxy", "A slash and a backslash, or a slash and a tab, begin another host to a browser", Guard)]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    public Task A_backslash_or_tab_behind_the_first_slash_leads_nowhere(string returnUrl) => StaysHereAsync(returnUrl);

    [Theory]
    [Advisory("CVE-2022-23527", "mod_auth_openidc", "A tab within the two slashes of another host is dropped by browsers", Guard)]
    [InlineData("/\t/evil.example/x")]
    [InlineData("\t//evil.example")]
    [InlineData("/\n/evil.example")]
    public Task Tabs_and_line_ends_between_slashes_lead_nowhere(string returnUrl) => StaysHereAsync(returnUrl);

    [Theory]
    [Advisory("CVE-2021-32786", "mod_auth_openidc", "Backslashes are slashes to a browser", Guard)]
    [InlineData("/\\/evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("\\/evil.example")]
    public Task Backslashes_lead_nowhere(string returnUrl) => StaysHereAsync(returnUrl);

    [Theory]
    [Advisory("CVE-2020-4037", "oauth2-proxy", "A blank or line end in front of another host passes the check for a path", Guard)]
    [InlineData("/ /evil.example")]
    [InlineData(" //evil.example")]
    [InlineData("/\r\n/evil.example")]
    public Task Blanks_lead_nowhere(string returnUrl) => StaysHereAsync(returnUrl);

    [Theory]
    [Advisory("CVE-2021-21291", "oauth2-proxy", "A host that ends like an allowed one is taken for it", Guard)]
    [InlineData("https://evil127.0.0.1/")]
    [InlineData("http://127.0.0.1.evil.example/")]
    [InlineData("//127.0.0.1@evil.example/")]
    public Task A_host_that_resembles_this_one_leads_nowhere(string returnUrl) => StaysHereAsync(returnUrl);

    [Theory]
    [Advisory("CVE-2021-29456", "Authelia", "An address of another site is taken for the place to go back to", Guard)]
    [Advisory("CVE-2024-21497", "caddy-security", "The address to go to after signing in may be of any site", Guard)]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("HTTPS:evil.example")]
    public Task Another_site_leads_nowhere(string returnUrl) => StaysHereAsync(returnUrl);

    [Theory]
    [Advisory("CVE-2024-21637", "authentik", "A scheme that runs a script is accepted as a place to go to", Guard)]
    [InlineData("javascript:alert(1)")]
    [InlineData("JaVaScRiPt://x/%0aalert(1)")]
    [InlineData("data:text/html,x")]
    public Task A_script_leads_nowhere(string returnUrl) => StaysHereAsync(returnUrl);

    [Fact]
    [Advisory("CVE-2022-28923", "Caddy", "A request for a path that begins with two slashes is redirected to the host behind them", Guard)]
    public async Task A_path_that_begins_with_two_slashes_is_no_place_to_go_back_to()
    {
        using var browser = _gateway.NewBrowser();
        var challenged = await browser.GetAsync(_gateway.Address.GetLeftPart(UriPartial.Authority) + "//evil.example/x");
        Assert.Equal(HttpStatusCode.Found, challenged.Status);

        var signIn = await browser.FollowAsync(challenged);
        var done = await browser.SubmitAsync(signIn, ("username", _ada.UserName), ("password", _ada.Password));

        Assert.Equal("/", done.Location);
    }

    private async Task StaysHereAsync(string returnUrl)
    {
        Assert.Equal("/", await SignInAsync(returnUrl));
        Assert.Equal("/notes?page=2", await SignInAsync("/notes?page=2"));
    }

    /// <summary>Signs in with that address in the form as well as in the query.</summary>
    /// <returns>Where the browser is sent.</returns>
    private async Task<string?> SignInAsync(string returnUrl)
    {
        using var browser = _gateway.NewBrowser();
        var signIn = await browser.GetAsync("/_mfa/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl));
        var (action, values) = signIn.Form(("username", _ada.UserName), ("password", _ada.Password));
        values.RemoveAll(pair => pair.Key == "returnUrl");
        var done = await browser.PostAsync(action, [.. values, new("returnUrl", returnUrl)]);
        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        return done.Location;
    }
}
