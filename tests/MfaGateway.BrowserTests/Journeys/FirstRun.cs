using MfaGateway.BrowserTests.Chrome;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

public sealed class FirstRun(Chromium chromium)
{
    [Fact]
    public async Task The_first_administrator_makes_an_account_with_the_one_time_link_and_enrols_at_once()
    {
        Needs.Program(Chromium.Path);
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var window = await chromium.NewWindowAsync(new() { BaseURL = gateway.Address.ToString() });
        var token = await gateway.Get<AccountService>().OfferSetupAsync(TestContext.Current.CancellationToken);
        var page = await window.NewPageAsync();

        await page.GotoAsync($"/_mfa/setup?token={token!.Reveal()}");
        await FillInAsync(page, password: "grace-grace-grace");
        await Assertions.Expect(page.Locator("#password-fault")).ToBeVisibleAsync();
        await FillInAsync(page, TestPerson.DefaultPassword);

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Set up your authenticator app");
        var key = (await page.Locator("#totp-secret").InnerTextAsync()).Replace(" ", string.Empty, StringComparison.Ordinal);
        Assert.True(Base32.TryDecode(key, out var bytes));
        var step = TotpAlgorithm.StepAt(gateway.Time.GetUtcNow(), TotpParameters.Default);
        await page.GetByLabel("Code from your app").FillAsync(TotpAlgorithm.Compute(TotpSecret.FromBytes(bytes), step, TotpParameters.Default));
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify and continue" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Save your recovery codes");

        await page.GotoAsync($"/_mfa/setup?token={token.Reveal()}");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("link no longer works");
    }

    private static async Task FillInAsync(IPage page, string password)
    {
        await page.GetByLabel("User name").FillAsync("grace");
        await page.GetByLabel("E-mail address").FillAsync("grace@example.org");
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
    }
}
