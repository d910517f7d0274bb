using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>After signing in, the browser is on this origin, whatever the return URL said.</summary>
public sealed class OpenRedirectAttacks
{
    public static TheoryData<string> Elsewhere => new(
        "//evil.example", "///evil.example", "////evil.example/%2f..", "/\\evil.example", "\\/evil.example", "\\\\evil.example",
        "http://evil.example", "https://evil.example/", "HTTPS:evil.example", "https:/evil.example", "http:evil.example", "javascript:alert(1)",
        "JaVaScRiPt:alert(1)", "data:text/html,x", "evil.example", "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example",
        " //evil.example", "/ /evil.example", "/\u0000/evil.example", "//evil.example@127.0.0.1/", "/.//evil.example", "/..//evil.example",
        "/x/..//evil.example", "@evil.example", "?//evil.example", "#//evil.example", "/%0d%0aLocation:%20http://evil.example\r\nX: y", "／／evil.example",
        "/\u2044evil.example\\", "//[::1]/", "/\\/evil.example", "/" + "a/../" + "/evil.example", "/%2fevil.example",
        "/%2F/evil.example", "/%5cevil.example", "/.%2f/evil.example", "/%2e//evil.example", "/%2E%2e//evil.example", "/a/%2e%2e//evil.example",
        "/./%2f../..//evil.example", "/" + new string('a', 2048));

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task No_spelling_of_a_return_url_leads_to_another_site(string returnUrl)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();

        var signIn = await browser.GetAsync("/_mfa/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl));
        var (action, values) = signIn.Form(("username", ada.UserName), ("password", ada.Password));
        AssertStaysHere(browser.Address, action);

        // In the field as well as in the query: whichever the page believes.
        values.RemoveAll(pair => pair.Key == "returnUrl");
        values.Add(new("returnUrl", returnUrl));
        var password = await browser.PostAsync(action, values);
        if (password.Status == HttpStatusCode.BadRequest)
            return; // A NUL in a form is refused altogether.

        AssertStaysHere(browser.Address, password.Location!);
        var asked = await browser.FollowAsync(password);
        var (codeAction, codeValues) = asked.Form(("code", ada.CurrentCode));
        AssertStaysHere(browser.Address, codeAction);
        var done = await browser.PostAsync("/_mfa/challenge/totp?returnUrl=" + Uri.EscapeDataString(returnUrl), codeValues);

        Assert.Equal("/", done.Location);
        var again = await browser.GetAsync("/_mfa/challenge?policy=two-factor&returnUrl=" + Uri.EscapeDataString(returnUrl));
        if (again.Location is { } location)
            AssertStaysHere(browser.Address, location);
    }

    [Theory]
    [InlineData("/wiki//page")]
    [InlineData("/a//b///c/")]
    [InlineData("/a/%2f/b")]
    [InlineData("/a/..%2fb")]
    [InlineData("/files//x?next=//evil.example")]
    [InlineData("/a//..//b#//c")]
    public async Task A_path_with_empty_segments_further_in_is_come_back_to(string returnUrl)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();

        var signIn = await browser.GetAsync("/_mfa/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl));
        var asked = await browser.FollowAsync(await browser.SubmitAsync(signIn, ("username", ada.UserName), ("password", ada.Password)));
        var done = await browser.SubmitAsync(asked, ("code", ada.CurrentCode));

        Assert.Equal(returnUrl, done.Location);
        AssertStaysHere(browser.Address, done.Location!);
    }

    [Fact]
    public async Task A_page_of_a_challenge_without_a_return_url_goes_where_its_flow_goes()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser, "/wiki//page");

        Assert.Equal("/_mfa/challenge/totp?returnUrl=%2Fwiki%2F%2Fpage", (await browser.GetAsync("/_mfa/enroll/totp")).Location);
        var done = await browser.SubmitAsync(await browser.GetAsync("/_mfa/challenge/totp"), ("code", ada.CurrentCode));
        Assert.Equal("/wiki//page", done.Location);
    }

    // As a browser resolves it (WHATWG URL): backslashes are slashes, tabs and line ends are nothing.
    private static void AssertStaysHere(Uri here, string location)
    {
        var asBrowsersRead = location.Replace('\\', '/').Replace("\t", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Trim();
        Assert.StartsWith("/", asBrowsersRead, StringComparison.Ordinal);
        Assert.Equal(here.Authority, new Uri(here, asBrowsersRead).Authority);
    }
}
