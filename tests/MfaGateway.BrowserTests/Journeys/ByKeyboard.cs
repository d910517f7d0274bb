using MfaGateway.BrowserTests.Chrome;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

public sealed class ByKeyboard(Chromium chromium) : Journey(chromium)
{
    [Fact]
    public async Task Signing_in_takes_no_mouse_the_field_to_fill_in_has_the_focus()
    {
        await Ada.WithAuthenticatorAsync();
        await OpenAsync(Page, "/notes");

        await TypeAsync("ada");
        await Page.Keyboard.PressAsync("Tab");
        await TypeAsync(Ada.Password);
        await Page.Keyboard.PressAsync("Enter");

        await SeesHeadingAsync(Page, "Enter your code");
        await TypeAsync(Ada.CurrentCode);
        await Page.Keyboard.PressAsync("Enter");

        await SeesAppAsync(Page, "/notes");
    }

    [Fact]
    public async Task Enrolling_takes_no_mouse_and_every_stop_on_the_way_shows_its_focus()
    {
        await OpenAsync(Page, "/notes");
        await GivePasswordAsync(Page);
        await SeesHeadingAsync(Page, "Set up your authenticator app");
        await TakeKeyAsync(Page);

        await TabToAsync("code");
        await TypeAsync(Ada.CurrentCode);
        await Page.Keyboard.PressAsync("Enter");

        await SeesHeadingAsync(Page, "Save your recovery codes");
        await TabToAsync("saved");
        await Page.Keyboard.PressAsync("Space");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Enter");

        await SeesAppAsync(Page, "/notes");
    }

    private async Task TabToAsync(string id)
    {
        for (var stops = 0; stops < 20; stops++)
        {
            await Page.Keyboard.PressAsync("Tab");
            // WCAG 2.4.7: whoever goes by keyboard sees where they are.
            Assert.NotEqual("none", await Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
            if (await Page.EvaluateAsync<string>("document.activeElement.id") == id)
                return;
        }

        Assert.Fail($"Twenty stops, and none was at {id}.");
    }
}
