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
        "account/activity", "account/sign-in-methods",
    ];

    protected override void Configure(GatewaySetup setup) => setup
        .With("MfaGateway:Policies:fresh:MaxAge", "00:05:00")
        .With("MfaGateway:MagicCode:Enabled", "true").With("MfaGateway:PublicOrigin", "http://127.0.0.1")
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
        await OpenAndLookAsync("account?notice=password-changed");
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
        await WalkThroughMailAsync();
        await OpenAndLookAsync("setup?token=nonsense");
        await OpenAndLookAsync($"setup?token={new string('A', 43)}");
        await OpenAndLookAsync("no-such-page");

        Assert.True(Faults.Count == 0, string.Join('\n', Faults));
    }

    private async Task WalkThroughMailAsync()
    {
        await OpenAndLookAsync("reset-password");
        await AskForMailAsync("no address");
        await LookAsync("reset-password, refused");
        await AskForMailAsync("nobody@example.org");
        await LookAsync("reset-password, sent");

        await OpenAndLookAsync("sign-in/code?returnUrl=%2Fnotes");
        await AskForMailAsync("ada@example.org");
        await LookAsync("challenge/code");
        await Page.GetByLabel("Code from the mail").FillAsync("13");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await LookAsync("challenge/code, malformed");
        var link = await NextLinkAsync();
        await OpenAsync(Page, link);
        await LookAsync("link, here");
        // It looks again by itself every five seconds, which the person can stop.
        await OpenAndLookAsync("challenge/code/wait?returnUrl=%2Fnotes");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Stop looking by itself" }).ClickAsync();
        await LookAsync("challenge/code/wait, still");
        var waiting = await Page.Context.CookiesAsync();
        await Page.Context.ClearCookiesAsync();
        await OpenAsync(Page, link);
        await LookAsync("link, elsewhere");
        await Page.Context.AddCookiesAsync(waiting.Select(cookie => new Cookie
        {
            Name = cookie.Name,
            Value = cookie.Value,
            Domain = cookie.Domain,
            Path = cookie.Path,
            HttpOnly = cookie.HttpOnly,
        }));
        var number = await NumberAsync();
        await Page.Context.ClearCookiesAsync();
        await OpenAsync(Page, link);
        await Page.GetByLabel("Number that the other browser shows").FillAsync(number == "42" ? "43" : "42");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await LookAsync("link, stopped");
        await OpenAndLookAsync("link?token=nonsense");
    }

    private async Task<string> NumberAsync()
    {
        await OpenAsync(Page, "/_mfa/challenge/code/wait?returnUrl=%2Fnotes");
        return await Page.Locator("#match-number").InnerTextAsync();
    }

    private async Task<string> NextLinkAsync()
    {
        while (true)
        {
            if (MailedCode.Read(await Gateway.Mail.NextAsync("ada@example.org")).Link is { } link)
                return link;
        }
    }

    private async Task AskForMailAsync(string address)
    {
        await Page.EvaluateAsync("document.querySelector('form').noValidate = true");
        await Page.GetByLabel("E-mail address").FillAsync(address);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Send me a" }).ClickAsync();
    }
}
