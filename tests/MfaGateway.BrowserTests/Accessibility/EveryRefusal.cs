using MfaGateway.BrowserTests.Chrome;
using MfaGateway.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Accessibility;

/// <summary>Pages for people who came to the wrong place.</summary>
public sealed class EveryRefusal(Chromium chromium) : Look(chromium)
{
    // As a proxy in front tells of a visitor who came without HTTPS.
    private static readonly Dictionary<string, string> FromOutside = new(StringComparer.Ordinal)
    {
        ["X-Forwarded-For"] = "203.0.113.9",
        ["X-Forwarded-Proto"] = "http",
        ["X-Forwarded-Host"] = "apps.example.org",
    };

    protected override void Configure(GatewaySetup setup) => setup
        .Route("app", "/app/{**rest}", null)
        .With("MfaGateway:PublicOrigin", "https://apps.example.org")
        .With("MfaGateway:TrustedProxies:0", "127.0.0.0/8");

    [Fact]
    public async Task No_page_of_a_refusal_breaks_a_rule_of_axe_and_each_has_its_style()
    {
        await OpenAsync(Page, "/wiki");
        await Assertions.Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Go to https://apps.example.org" })).ToBeVisibleAsync();
        await LookAtCardAsync("an address that is not in use");

        await Page.SetExtraHTTPHeadersAsync(FromOutside);
        await OpenAsync(Page, "/_mfa/sign-in");
        await Assertions.Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Continue with HTTPS" })).ToBeVisibleAsync();
        await LookAtCardAsync("no HTTPS");

        await OpenAsync(Page, "/nowhere");
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Page not found" })).ToBeVisibleAsync();
        await LookAtCardAsync("no route");

        await OpenAsync(Page, "/app/" + new string('a', 9000));
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "This address is too long" })).ToBeVisibleAsync();
        await LookAtCardAsync("too long");

        Assert.Empty(Faults);
    }

    private async Task LookAtCardAsync(string page)
    {
        // The style sheet gives the card its corners; without it there are none.
        await Assertions.Expect(Page.Locator("main.card")).Not.ToHaveCSSAsync("border-top-left-radius", "0px");
        await LookAsync(page);
    }
}
