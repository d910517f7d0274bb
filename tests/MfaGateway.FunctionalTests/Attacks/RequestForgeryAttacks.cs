using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>No other site makes a browser sign in, sign out or answer a challenge.</summary>
public sealed class RequestForgeryAttacks
{
    [Fact]
    public async Task A_form_without_a_valid_request_token_does_nothing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        using var other = gateway.NewBrowser();
        var signIn = await browser.OpenAsync("/");
        var foreign = (await other.OpenAsync("/")).Form(("username", "x")).Values.Single(pair => pair.Key == "__RequestVerificationToken").Value;

        foreach (var token in new[] { null, "", "nonsense", foreign })
        {
            var (action, values) = signIn.Form(("username", ada.UserName), ("password", ada.Password));
            values.RemoveAll(pair => pair.Key == "__RequestVerificationToken");
            if (token is not null)
                values.Add(new("__RequestVerificationToken", token));
            var answer = await browser.PostAsync(action, values);

            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.DoesNotContain("mfa_flow", browser.Cookies.Keys);
        }
    }

    [Fact]
    public async Task A_request_token_is_of_no_use_without_its_cookie()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var signIn = await browser.OpenAsync("/");
        browser.Cookies.Clear();

        var answer = await browser.SubmitAsync(signIn, ("username", ada.UserName), ("password", ada.Password));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "nonsense")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    public async Task A_post_that_comes_from_another_site_does_nothing_even_with_its_token(string header, string value)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var signIn = await browser.OpenAsync("/");
        var (action, values) = signIn.Form(("username", ada.UserName), ("password", ada.Password));

        var answer = await browser.PostAsync(action, values, request => request.Headers.Add(header, value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.DoesNotContain("mfa_flow", browser.Cookies.Keys);
    }

    [Theory]
    [InlineData("same-origin", "https://evil.example")]
    [InlineData("none", "https://evil.example")]
    [InlineData("cross-site", "own")]
    [InlineData("same-origin", "own, own")]
    public async Task Where_the_browser_says_two_things_both_must_be_this_site(string site, string origin)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        using var client = new Api.ApiClient(gateway.NewBrowser());
        var signIn = await browser.OpenAsync("/");
        var (action, values) = signIn.Form(("username", ada.UserName), ("password", ada.Password));
        void Say(HttpRequestMessage request)
        {
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
            foreach (var one in origin.Split(", "))
                request.Headers.TryAddWithoutValidation("Origin", one == "own" ? gateway.Address.GetLeftPart(UriPartial.Authority) : one);
        }

        var answer = await browser.PostAsync(action, values, Say);
        var byJson = await client.SendAsync(HttpMethod.Post, "/sign-in", Api.ApiClient.Json("{}"), Say);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.DoesNotContain("mfa_flow", browser.Cookies.Keys);
        byJson.Is(HttpStatusCode.BadRequest, "cross-origin-request");
    }

    [Theory]
    [InlineData("same-origin", "own")]
    [InlineData("same-origin", "null")]
    [InlineData("none", null)]
    public async Task Where_both_are_this_site_the_form_is_taken(string site, string? origin)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var (action, values) = (await browser.OpenAsync("/")).Form(("username", ada.UserName), ("password", ada.Password));

        var answer = await browser.PostAsync(action, values, request =>
        {
            request.Headers.Add("Sec-Fetch-Site", site);
            if (origin is not null)
                request.Headers.TryAddWithoutValidation("Origin", origin == "own" ? gateway.Address.GetLeftPart(UriPartial.Authority) : origin);
        });

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
    }

    [Fact]
    public async Task A_forged_sign_out_leaves_the_person_signed_in()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);

        await browser.GetAsync("/_mfa/sign-out");
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/_mfa/sign-out", [])).Status);

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).Status);
    }

    [Fact]
    public async Task Reading_a_page_never_changes_anything()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser);

        var answer = await browser.GetAsync($"/_mfa/challenge/totp?code={ada.CurrentCode}");
        Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }
}
