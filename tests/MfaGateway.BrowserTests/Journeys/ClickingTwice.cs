using MfaGateway.BrowserTests.Chrome;
using MfaGateway.Core.Sessions;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>Scripts are off, the line is slow, and the person clicks twice: the first answer, cookies included, never arrives.</summary>
public sealed class ClickingTwice(Chromium chromium) : Journey(chromium)
{
    protected override BrowserNewContextOptions Window => new() { JavaScriptEnabled = false };

    [Fact]
    public async Task A_second_click_on_each_button_of_a_sign_in_leads_on()
    {
        await Ada.WithAuthenticatorAsync();
        await using var line = new DroppingRelay(Gateway.Address);
        await Page.GotoAsync(new Uri(line.Address, "/notes").ToString());

        await Page.GetByLabel("Username or email").FillAsync(Ada.UserName);
        await Page.GetByLabel("Password").FillAsync(Ada.Password);
        await ClickTwiceAsync(line, "Sign in");
        await Page.GetByLabel("Code from your authenticator app").FillAsync(Ada.CurrentCode);
        await ClickTwiceAsync(line, "Continue");

        await Assertions.Expect(Page.Locator("body")).ToContainTextAsync(Greeting);
        Assert.Equal(new Uri(line.Address, "/notes"), new Uri(Page.Url));
        Assert.Single(await Gateway.Get<SessionStore>().ListAsync(Ada.AccountId, CancellationToken.None));
    }

    [Fact]
    public async Task A_second_click_on_each_button_of_an_enrolment_leads_on()
    {
        await using var line = new DroppingRelay(Gateway.Address);
        await Page.GotoAsync(new Uri(line.Address, "/notes").ToString());
        await GivePasswordAsync(Page);
        await TakeKeyAsync(Page);

        await Page.GetByLabel("Code from your app").FillAsync(Ada.CurrentCode);
        await ClickTwiceAsync(line, "Verify and continue");
        await Page.GetByLabel("I have saved these codes").CheckAsync();
        await ClickTwiceAsync(line, "Continue");

        await Assertions.Expect(Page.Locator("body")).ToContainTextAsync(Greeting);
        Assert.Single(await Gateway.Get<SessionStore>().ListAsync(Ada.AccountId, CancellationToken.None));
    }

    private async Task ClickTwiceAsync(DroppingRelay line, string button)
    {
        var (first, second) = line.Arm();
        var target = Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true });
        await target.ScrollIntoViewIfNeededAsync();
        var box = (await target.BoundingBoxAsync())!;
        var (x, y) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        // By the mouse itself: the page's own way to click waits for the answer that never comes.
        await Page.Mouse.ClickAsync(x, y);
        await first.WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System);
        await Page.Mouse.ClickAsync(x, y);
        await second.WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System);
    }
}
