using MfaGateway.BrowserTests.Chrome;
using MfaGateway.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>Without scripts, and so with them.</summary>
public sealed class ForgettingThePassword(Chromium chromium) : Journey(chromium)
{
    protected override BrowserNewContextOptions Window => new() { JavaScriptEnabled = false };

    protected override void Configure(GatewaySetup setup) => setup.With("MfaGateway:PublicOrigin", "http://127.0.0.1");

    [Fact]
    public async Task Who_forgot_the_password_chooses_a_new_one_and_is_still_asked_for_the_phone()
    {
        await Ada.WithAuthenticatorAsync();
        await OpenAsync(Page, "/books/open");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Forgot your password?" }).ClickAsync();
        await Page.GetByLabel("E-mail address").FillAsync("ada@example.org");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Send me a link" }).ClickAsync();
        await SeesHeadingAsync(Page, "Look into your mailbox");

        var mail = await Gateway.Mail.NextAsync("ada@example.org");
        await OpenAsync(Page, mail.Text[mail.Text.IndexOf("/_mfa/reset-password/set?token=", StringComparison.Ordinal)..].Split(['\r', '\n', ' '])[0]);
        await Page.GetByLabel("New password").FillAsync("velvet tractor humming orbit");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Set the password" }).ClickAsync();

        await Assertions.Expect(Page.Locator("#notice")).ToContainTextAsync("Your password is set");
        await GivePasswordAsync(Page, "velvet tractor humming orbit");
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await SeesAppAsync(Page, "/");
    }
}
