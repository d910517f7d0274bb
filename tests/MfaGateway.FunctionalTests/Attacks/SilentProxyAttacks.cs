using System.Net;
using MfaGateway.FunctionalTests.Api;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A proxy on the gateway's own machine that ends HTTPS and says nothing of itself: plain HTTP from loopback.</summary>
public sealed class SilentProxyAttacks
{
    [Theory]
    [InlineData("apps.example.org")]
    [InlineData("localhost.example.org")]
    [InlineData("notlocalhost")]
    [InlineData("192.0.2.7")]
    [InlineData("[2001:db8::1]")]
    [InlineData("127.0.0.1.example.org:5080")]
    public async Task Under_a_name_that_people_reach_from_elsewhere_no_cookie_without_Secure_is_given(string host)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        browser.Host = host;
        using var client = new ApiClient(gateway.NewBrowser());
        client.Browser.Host = host;

        var page = await browser.GetAsync("/_mfa/sign-in");
        var posted = await browser.PostAsync("/_mfa/sign-in", [new("username", ada.UserName), new("password", ada.Password)]);
        var byJson = await client.SignInAsync(ada);

        foreach (var answer in new[] { page, posted, byJson.Visit })
        {
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.Null(answer.Header("Set-Cookie"));
            Assert.Contains("Signing in needs HTTPS", answer.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:5080")]
    [InlineData("apps.localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.8.7:5080")]
    [InlineData("[::1]:5080")]
    [InlineData("localhost.")]
    public async Task Under_a_name_of_this_machine_the_gateway_can_be_tried_out(string host)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        browser.Host = host;

        Assert.Equal("hello from upstream", (await ada.SignInAsync(browser)).Body);
        Assert.Contains("mfa_session", browser.Cookies.Keys);
    }

    [Fact]
    public async Task A_session_of_this_machine_does_not_count_under_another_name()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);

        browser.Host = "apps.example.org";

        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).Status);
    }
}
