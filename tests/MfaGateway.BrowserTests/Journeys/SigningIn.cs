using System.Diagnostics;
using MfaGateway.BrowserTests.Chrome;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

public sealed class SigningIn(Chromium chromium) : Journey(chromium)
{
    private const string ZBarImg = "/usr/bin/zbarimg";

    [Fact]
    public async Task A_person_without_a_phone_enrols_one_saves_the_codes_and_reaches_the_app()
    {
        await OpenAsync(Page, "/notes/today?page=2");
        await GivePasswordAsync(Page);

        await SeesHeadingAsync(Page, "Set up your authenticator app");
        await TakeKeyAsync(Page);
        await Page.GetByLabel("Code from your app").FillAsync(Ada.CurrentCode);
        await Page.GetByLabel("Name of the device").FillAsync("Ada's phone");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Verify and continue" }).ClickAsync();

        await SeesHeadingAsync(Page, "Save your recovery codes");
        Assert.Equal(10, await Page.Locator("#recovery-codes li").CountAsync());
        await Page.GetByLabel("I have saved these codes").CheckAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();

        await SeesAppAsync(Page, "/notes/today?page=2");
        Assert.Equal("ada", Gateway.Upstream.Last.Headers["Remote-User"]);
    }

    [Fact]
    public async Task The_picture_holds_the_same_key_as_the_text_and_the_link()
    {
        Needs.Program(ZBarImg);
        await OpenAsync(Page, "/");
        await GivePasswordAsync(Page);

        var link = await Page.Locator("#totp-uri").GetAttributeAsync("href");
        var picture = await Page.Locator("#totp-qr").ScreenshotAsync();
        await TakeKeyAsync(Page);

        Assert.Equal(link, await ReadPictureAsync(picture));
        Assert.Contains($"secret={Ada.Secret!.ToBase32()}", link, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_with_a_phone_gives_the_password_and_the_code_and_ends_where_they_wanted_to()
    {
        await SignInWithPhoneAsync("/reports/7?sort=name");

        Assert.Equal("ada", Gateway.Upstream.Last.Headers["Remote-User"]);
    }

    [Fact]
    public async Task A_code_may_be_typed_with_the_space_that_the_phone_shows()
    {
        await Ada.WithAuthenticatorAsync();
        await OpenAsync(Page, "/");
        await GivePasswordAsync(Page);

        var code = Ada.CurrentCode;
        await GiveCodeAsync(Page, $" {code[..3]} {code[3..]} ");

        await SeesAppAsync(Page, "/");
    }

    [Fact]
    public async Task A_wrong_password_is_refused_in_one_sentence_and_the_name_stays_in_the_form()
    {
        await OpenAsync(Page, "/");
        await GivePasswordAsync(Page, "not the password at all");

        await SeesErrorAsync(Page, "The user name or the password is not right.");
        await Assertions.Expect(Page.GetByLabel("Username or email")).ToHaveValueAsync("ada");
        await Assertions.Expect(Page.GetByLabel("Password")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_wrong_code_says_how_many_tries_are_left_and_the_right_one_still_works()
    {
        await Ada.WithAuthenticatorAsync();
        await OpenAsync(Page, "/");
        await GivePasswordAsync(Page);

        await GiveCodeAsync(Page, Ada.WrongCode);
        await SeesErrorAsync(Page, "You have 4 more tries.");
        await Assertions.Expect(Page.GetByLabel("Code from your authenticator app")).ToHaveAttributeAsync("aria-describedby", "error code-hint");

        await GiveCodeAsync(Page, Ada.CurrentCode);
        await SeesAppAsync(Page, "/");
    }

    [Fact]
    public async Task Five_wrong_codes_stop_the_sign_in_and_it_starts_again_with_the_same_destination()
    {
        await Ada.WithAuthenticatorAsync();
        await OpenAsync(Page, "/reports/7");
        await GivePasswordAsync(Page);
        for (var i = 0; i < 5; i++)
            await GiveCodeAsync(Page, Ada.WrongCode);

        await SeesHeadingAsync(Page, "This sign-in was stopped");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Start again" }).ClickAsync();
        await GivePasswordAsync(Page);
        await GiveCodeAsync(Page, Ada.CurrentCode);

        await SeesAppAsync(Page, "/reports/7");
    }

    [Fact]
    public async Task A_sign_in_that_took_too_long_says_so_and_starts_again_with_the_same_destination()
    {
        await Ada.WithAuthenticatorAsync();
        await OpenAsync(Page, "/reports/7");
        await GivePasswordAsync(Page);

        Gateway.Time.Advance(TimeSpan.FromMinutes(11));
        await GiveCodeAsync(Page, Ada.CurrentCode);

        await SeesHeadingAsync(Page, "Sign in");
        await Assertions.Expect(Page.Locator("#notice")).ToContainTextAsync("took too long");
        await GivePasswordAsync(Page);
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await SeesAppAsync(Page, "/reports/7");
    }

    [Fact]
    public async Task A_lost_phone_is_no_wall_a_recovery_code_lets_in_once()
    {
        var code = await EnrolAndKeepFirstRecoveryCodeAsync();
        await SignOutAsync();

        await OpenAsync(Page, "/reports/7");
        await GivePasswordAsync(Page);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Lost your phone? Use a recovery code" }).ClickAsync();
        await GiveRecoveryCodeAsync(code.ToUpperInvariant());
        await SeesAppAsync(Page, "/reports/7");

        await SignOutAsync();
        await OpenAsync(Page, "/reports/7");
        await GivePasswordAsync(Page);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Lost your phone? Use a recovery code" }).ClickAsync();
        await GiveRecoveryCodeAsync(code);
        await SeesErrorAsync(Page, "more tries");
    }

    [Fact]
    public async Task The_recovery_codes_page_does_not_go_on_before_the_box_is_ticked()
    {
        await OpenAsync(Page, "/");
        await GivePasswordAsync(Page);
        await EnrolAsync();

        await Page.EvaluateAsync("document.querySelector('form').noValidate = true");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();

        await SeesErrorAsync(Page, "Save the codes first");
        Assert.Equal(10, await Page.Locator("#recovery-codes li").CountAsync());
    }

    [Fact]
    public async Task Signing_out_takes_a_button_and_ends_it()
    {
        await SignInWithPhoneAsync("/");
        await OpenAsync(Page, "/_mfa/account");
        await SeesHeadingAsync(Page, "Your account");
        await Assertions.Expect(Page.Locator("main")).ToContainTextAsync("1 authenticator");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await SeesHeadingAsync(Page, "You are signed out");

        await OpenAsync(Page, "/notes");
        await SeesHeadingAsync(Page, "Sign in");
    }

    [Fact]
    public async Task Who_is_signed_in_already_is_told_so_and_can_go_on()
    {
        await SignInWithPhoneAsync("/");

        await OpenAsync(Page, "/_mfa/sign-in?returnUrl=%2Fnotes");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Continue as ada" }).ClickAsync();

        await SeesAppAsync(Page, "/notes");
    }

    private async Task EnrolAsync()
    {
        await TakeKeyAsync(Page);
        await Page.GetByLabel("Code from your app").FillAsync(Ada.CurrentCode);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Verify and continue" }).ClickAsync();
        await SeesHeadingAsync(Page, "Save your recovery codes");
    }

    private async Task<string> EnrolAndKeepFirstRecoveryCodeAsync()
    {
        await OpenAsync(Page, "/");
        await GivePasswordAsync(Page);
        await EnrolAsync();
        var code = await Page.Locator("#recovery-codes li").First.InnerTextAsync();
        await Page.GetByLabel("I have saved these codes").CheckAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await SeesAppAsync(Page, "/");
        return code;
    }

    private async Task GiveRecoveryCodeAsync(string code)
    {
        await Page.GetByLabel("One of your recovery codes").FillAsync(code);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }

    private async Task SignOutAsync()
    {
        await OpenAsync(Page, "/_mfa/sign-out");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await SeesHeadingAsync(Page, "You are signed out");
    }

    private static async Task<string> ReadPictureAsync(byte[] png)
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".png");
        await File.WriteAllBytesAsync(file, png, TestContext.Current.CancellationToken);
        try
        {
            using var reader = Process.Start(new ProcessStartInfo(ZBarImg, ["--quiet", "--raw", file]) { UseShellExecute = false, RedirectStandardOutput = true })!;
            var text = await reader.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await reader.WaitForExitAsync(TestContext.Current.CancellationToken);
            return text.Trim();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
