using MfaGateway.BrowserTests.Chrome;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>A form whose answer never came can be sent again.</summary>
public sealed class FailedNavigations(Chromium chromium) : Journey(chromium)
{
    [Fact]
    public async Task A_form_that_was_not_answered_works_again_after_a_moment()
    {
        await Ada.WithAuthenticatorAsync();
        await Page.Clock.InstallAsync();
        await OpenAsync(Page, "/");
        await GivePasswordAsync(Page);
        await SeesHeadingAsync(Page, "Enter your code");
        var button = Page.GetByRole(AriaRole.Button, new() { Name = "Continue" });
        var lost = new TaskCompletionSource();
        await Page.RouteAsync("**/challenge/totp**", async route =>
        {
            await route.AbortAsync("aborted"); // as by the stop button: the page stays
            lost.TrySetResult();
        });
        await Page.GetByLabel("Code from your authenticator app").FillAsync(Ada.CurrentCode);
        await button.ClickAsync();
        await lost.Task;
        await Page.UnrouteAsync("**/challenge/totp**");
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-disabled", "true");

        await Page.Clock.FastForwardAsync(5000);

        await Assertions.Expect(button).Not.ToHaveAttributeAsync("aria-disabled", "true");
        await button.ClickAsync();
        await SeesAppAsync(Page, "/");
    }
}
