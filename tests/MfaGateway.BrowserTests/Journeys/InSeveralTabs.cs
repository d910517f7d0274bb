using MfaGateway.BrowserTests.Chrome;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

public sealed class InSeveralTabs(Chromium chromium) : Journey(chromium)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Ada.WithAuthenticatorAsync();
    }

    [Fact]
    public async Task Two_tabs_that_asked_for_different_pages_each_end_where_they_wanted_to()
    {
        var other = await NewTabAsync();
        await OpenAsync(Page, "/notes");
        await OpenAsync(other, "/reports");

        await GivePasswordAsync(Page);
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await SeesAppAsync(Page, "/notes");

        Gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await GivePasswordAsync(other);
        await GiveCodeAsync(other, Ada.CurrentCode);
        await SeesAppAsync(other, "/reports");
        await OpenAsync(Page, "/notes/2");
        await SeesAppAsync(Page, "/notes/2");
    }

    [Fact]
    public async Task A_tab_that_waits_for_a_code_goes_on_when_another_tab_has_finished()
    {
        var other = await NewTabAsync();
        await OpenAsync(Page, "/notes");
        await GivePasswordAsync(Page);
        await OpenAsync(other, "/_mfa/challenge/totp?returnUrl=%2Freports");
        await GiveCodeAsync(other, Ada.CurrentCode);
        await SeesAppAsync(other, "/reports");

        await GiveCodeAsync(Page, Ada.WrongCode);

        await SeesAppAsync(Page, "/notes");
    }

    [Fact]
    public async Task A_code_given_in_a_tab_whose_sign_in_was_replaced_counts_for_nothing_and_says_why()
    {
        var other = await NewTabAsync();
        await OpenAsync(Page, "/notes");
        await OpenAsync(other, "/reports");
        await GivePasswordAsync(Page);
        await GivePasswordAsync(other);
        await SeesHeadingAsync(other, "Enter your code");

        await GiveCodeAsync(Page, Ada.WrongCode);
        await SeesErrorAsync(Page, "Another sign-in was started in another tab");

        await GiveCodeAsync(Page, Ada.WrongCode);
        await SeesErrorAsync(Page, "You have 4 more tries.");
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await SeesAppAsync(Page, "/notes");
    }

    [Fact]
    public async Task Going_back_leads_to_the_step_that_is_asked_now()
    {
        await OpenAsync(Page, "/notes");
        await GivePasswordAsync(Page);
        await SeesHeadingAsync(Page, "Enter your code");

        await Page.GoBackAsync();
        await SeesHeadingAsync(Page, "Sign in");
        await Page.GoForwardAsync();
        await SeesHeadingAsync(Page, "Enter your code");
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await SeesAppAsync(Page, "/notes");

        await Page.GoBackAsync();
        await SeesAppAsync(Page, "/notes");
    }

    [Fact]
    public async Task A_page_of_a_step_that_is_not_asked_leads_to_the_one_that_is()
    {
        await OpenAsync(Page, "/notes");
        await GivePasswordAsync(Page);

        await OpenAsync(Page, "/_mfa/enroll/totp?returnUrl=%2Fnotes");
        await SeesHeadingAsync(Page, "Enter your code");
        await OpenAsync(Page, "/_mfa/enroll/recovery-codes?returnUrl=%2Fnotes");
        await SeesHeadingAsync(Page, "Enter your code");
        await OpenAsync(Page, "/_mfa/challenge/password?returnUrl=%2Fnotes");
        await SeesHeadingAsync(Page, "Enter your code");
    }

    [Fact]
    public async Task A_form_whose_cookies_were_cleared_is_shown_again_and_works()
    {
        await OpenAsync(Page, "/notes");
        await Page.Context.ClearCookiesAsync();

        await GivePasswordAsync(Page);
        await SeesErrorAsync(Page, "This form was out of date");
        await GivePasswordAsync(Page);

        await SeesHeadingAsync(Page, "Enter your code");
    }
}
