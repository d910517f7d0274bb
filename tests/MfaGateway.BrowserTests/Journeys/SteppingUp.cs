using MfaGateway.BrowserTests.Chrome;
using MfaGateway.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

public sealed class SteppingUp(Chromium chromium) : Journey(chromium)
{
    protected override void Configure(GatewaySetup setup) => setup
        .With("MfaGateway:Policies:fresh:Factors", "two-factor")
        .With("MfaGateway:Policies:fresh:MaxAge", "00:05:00")
        .Route("payroll", "/payroll/{**path}", "fresh")
        .Route("other", "/{**path}", null);

    [Fact]
    public async Task A_part_that_wants_fresh_proofs_asks_for_them_again_and_then_opens()
    {
        await SignInWithPhoneAsync("/notes");
        Gateway.Time.Advance(TimeSpan.FromMinutes(6));

        await OpenAsync(Page, "/payroll/2026");
        await SeesHeadingAsync(Page, "Confirm your password");
        await Page.GetByLabel("Password").FillAsync(Ada.Password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await SeesHeadingAsync(Page, "Enter your code");
        await GiveCodeAsync(Page, Ada.CurrentCode);

        await SeesAppAsync(Page, "/payroll/2026");
    }
}
