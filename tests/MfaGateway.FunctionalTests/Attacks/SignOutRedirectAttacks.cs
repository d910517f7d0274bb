using System.Net;
using MfaGateway.Configuration;
using MfaGateway.TestKit;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>An app's link to the sign-out leads back to places of this origin and to listed ones, and nowhere else.</summary>
public sealed class SignOutRedirectAttacks
{
    public static TheoryData<string> Elsewhere =>
    [
        .. OpenRedirectAttacks.Elsewhere.Select(row => row.Data),
        "https://evil.example/bye", "https://wiki.example.org/", "https://wiki.example.org/by", "https://wiki.example.org/bye/",
        "https://wiki.example.org/bye?x=1", "https://wiki.example.org/bye#x", "https://wiki.example.org/BYE", "http://wiki.example.org/bye",
        "https://wiki.example.org:8443/bye", "https://wiki.example.org@evil.example/bye", "https://evil.example/https://wiki.example.org/bye",
        "https://wiki.example.org.evil.example/bye", "https://wiki.example.org\\@evil.example/bye", "https://wiki.example.org\t/bye",
        "https://wiki.example.org/bye/../admin", "https://apps.example.com.evil.example/", "https://apps.example.comevil/", "https://x.apps.example.com/",
        "https://user@apps.example.com/", "https://apps.example.com\\.evil.example/", "ftp://apps.example.com/", "https://apps.example.com\r\nX: y",
    ];

    [Theory]
    [InlineData("https://wiki.example.org/bye", "https://wiki.example.org/bye")]
    [InlineData("https://WIKI.example.org:443/bye", "https://wiki.example.org/bye")]
    [InlineData("https://wiki.example.org/x/../%62ye", "https://wiki.example.org/bye")]
    [InlineData("https://apps.example.com", "https://apps.example.com/")]
    [InlineData("https://apps.example.com/any?a=1&b=%0A", "https://apps.example.com/any?a=1&b=%0A")]
    [InlineData("/wiki/bye?x=1", "/wiki/bye?x=1")]
    public async Task A_listed_place_and_a_path_of_this_origin_follow_after_the_button(string wanted, string next)
    {
        await using var gateway = await StartAsync();
        using var browser = await SignedInAsync(gateway);

        var asked = await browser.GetAsync("/_mfa/sign-out?returnUrl=" + Uri.EscapeDataString(wanted));
        Assert.Equal(HttpStatusCode.OK, asked.Status);
        Assert.Equal("hello from upstream", (await browser.GetAsync("/")).Body); // looking at the page signs nobody out
        var left = await browser.SubmitAsync(asked);

        Assert.StartsWith("/_mfa/signed-out?returnUrl=", left.Location, StringComparison.Ordinal);
        var after = await browser.GetAsync(left.Location!);
        Assert.Equal($"0; url={next}", after.Header("Refresh"));
        Assert.Equal(next, after.Page.GetElementById("next")!.GetAttribute("href"));
        Assert.StartsWith("/_mfa/sign-in", (await browser.GetAsync("/")).Location, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task No_spelling_of_another_place_is_led_to(string wanted)
    {
        await using var gateway = await StartAsync();
        using var browser = await SignedInAsync(gateway);

        var asked = await browser.GetAsync("/_mfa/sign-out?returnUrl=" + Uri.EscapeDataString(wanted));
        var values = asked.Form().Values;
        values.RemoveAll(pair => pair.Key == "returnUrl");
        values.Add(new("returnUrl", wanted));
        var left = await browser.PostAsync("/_mfa/sign-out", values);
        if (left.Status != HttpStatusCode.BadRequest) // a NUL in a form is refused altogether
            Assert.Equal("/_mfa/signed-out", left.Location);

        var after = await browser.GetAsync("/_mfa/signed-out?returnUrl=" + Uri.EscapeDataString(wanted));
        Assert.Null(after.Header("Refresh"));
        foreach (var link in asked.Page.Links.Concat(after.Page.Links))
            Assert.StartsWith("/", link.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_listed_by_default()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        Assert.Null((await browser.GetAsync("/_mfa/signed-out?returnUrl=https%3A%2F%2Fwiki.example.org%2Fbye")).Header("Refresh"));
    }

    [Theory]
    [InlineData("http://wiki.example.org")]
    [InlineData("https://wiki.example.org/bye?x=1")]
    [InlineData("https://wiki.example.org/bye#x")]
    [InlineData("https://Wiki.example.org/bye")]
    [InlineData("https://ada@wiki.example.org/bye")]
    [InlineData("https://*.example.org")]
    [InlineData("wiki.example.org")]
    [InlineData("/bye")]
    public void An_entry_that_is_no_place_stops_the_start(string place)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("MfaGateway:SignOut:ReturnUrls:0", place)]).Build();

        var fault = Assert.Single(GatewayConfigurationReader.Read(configuration).Faults);

        Assert.StartsWith("MfaGateway:SignOut:ReturnUrls:0 must be an https origin such as", fault, StringComparison.Ordinal);
        Assert.Contains(place, fault, StringComparison.Ordinal);
    }

    private static Task<GatewayUnderTest> StartAsync() => GatewayUnderTest.StartAsync(setup => setup
        .With("MfaGateway:SignOut:ReturnUrls:0", "https://wiki.example.org/bye")
        .With("MfaGateway:SignOut:ReturnUrls:1", "https://apps.example.com")
        .Route("app", "/{**path}", "one-factor"));

    private static async Task<Browser> SignedInAsync(GatewayUnderTest gateway)
    {
        var ada = await gateway.AddPersonAsync();
        var browser = gateway.NewBrowser();
        Assert.Equal("hello from upstream", (await ada.GivePasswordAsync(browser)).Body);
        return browser;
    }
}
