using MfaGateway.BrowserTests.Chrome;
using MfaGateway.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Accessibility;

/// <summary>Walks past every page that everybody may come to.</summary>
public sealed class EveryPage(Chromium chromium) : Look(chromium)
{
    private static readonly string[] AccountPages =
    [
        "account", "account/authenticators", "account/authenticators/add", "account/recovery-codes",
        "account/recovery-codes/regenerate", "account/sessions", "account/browsers", "account/password",
        "account/activity",
    ];

    protected override void Configure(GatewaySetup setup) => setup
        .With("MfaGateway:Policies:fresh:MaxAge", "00:05:00")
        .With("MfaGateway:Contact", "Help desk, extension 4711");

    [Fact]
    public async Task No_page_on_the_way_in_and_out_breaks_a_rule_of_axe()
    {
        await OpenAsync(Page, "/notes");
        await LookAsync("sign-in");
        await GivePasswordAsync(Page, "not the password at all");
        await LookAsync("sign-in, wrong");

        await GivePasswordAsync(Page);
        await LookAsync("enroll/totp");
        await TakeKeyAsync(Page);
        await Page.GetByLabel("Code from your app").FillAsync("12");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Verify and continue" }).ClickAsync();
        await LookAsync("enroll/totp, malformed");
        await Page.GetByLabel("Code from your app").FillAsync(Ada.CurrentCode);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Verify and continue" }).ClickAsync();
        await LookAsync("enroll/recovery-codes");
        await Page.GetByLabel("I have saved these codes").CheckAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await SeesAppAsync(Page, "/notes");

        foreach (var page in AccountPages)
            await OpenAndLookAsync(page);
        await OpenAsync(Page, "/_mfa/account/authenticators");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Rename" }).ClickAsync();
        await LookAsync("account/authenticators/rename");
        await OpenAsync(Page, "/_mfa/account/authenticators");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Remove" }).ClickAsync();
        await LookAsync("account/authenticators/remove, the last");
        await OpenAsync(Page, "/_mfa/account/password");
        await Page.GetByLabel("The password that you have now").FillAsync("not this one");
        await Page.GetByLabel("The new password").FillAsync("ada-ada-ada-ada");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
        await LookAsync("account/password, refused");
        await OpenAndLookAsync("sign-in?returnUrl=%2Fnotes");
        await OpenAndLookAsync("challenge?returnUrl=%2Fnotes&policy=deny");
        Gateway.Time.Advance(TimeSpan.FromMinutes(6));
        await OpenAndLookAsync("challenge?returnUrl=%2Fnotes&policy=fresh");
        await OpenAndLookAsync("sign-out");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await LookAsync("signed-out");

        await OpenAndLookAsync("sign-in?notice=expired");
        await GivePasswordAsync(Page);
        await LookAsync("challenge/totp");
        await GiveCodeAsync(Page, Ada.WrongCode);
        await LookAsync("challenge/totp, wrong");
        await OpenAndLookAsync("challenge/recovery-code?returnUrl=%2Fnotes");
        for (var i = 0; i < 4; i++)
        {
            await Page.GetByLabel("One of your recovery codes").FillAsync("0000-0000-0000-0000");
            await Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        }

        await LookAsync("challenge/recovery-code, ended");
        await OpenAndLookAsync("setup?token=nonsense");
        await OpenAndLookAsync($"setup?token={new string('A', 43)}");
        await OpenAndLookAsync("no-such-page");

        Assert.Empty(Faults);
    }
}
