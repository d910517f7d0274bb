using MfaGateway.BrowserTests.Chrome;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

public sealed class WithoutScripts(Chromium chromium) : Journey(chromium)
{
    protected override BrowserNewContextOptions Window => new() { JavaScriptEnabled = false };

    [Fact]
    public async Task The_whole_way_from_the_first_page_to_signing_out_needs_no_script()
    {
        await OpenAsync(Page, "/notes/today");
        await GivePasswordAsync(Page);
        await TakeKeyAsync(Page);
        await Assertions.Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Copy the key" })).ToBeHiddenAsync();
        await Page.GetByLabel("Code from your app").FillAsync(Ada.CurrentCode);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Verify and continue" }).ClickAsync();
        await Page.GetByLabel("I have saved these codes").CheckAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await SeesAppAsync(Page, "/notes/today");

        await OpenAsync(Page, "/_mfa/sign-out");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await SeesHeadingAsync(Page, "You are signed out");

        Gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await OpenAsync(Page, "/notes/today");
        await GivePasswordAsync(Page);
        await GiveCodeAsync(Page, Ada.WrongCode);
        await SeesErrorAsync(Page, "This code is not right.");
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await SeesAppAsync(Page, "/notes/today");
    }
}
