using MfaGateway.BrowserTests.Chrome;
using MfaGateway.Core.Sessions;
using MfaGateway.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

public abstract class LookingAfterOnesAccount(Chromium chromium) : Journey(chromium)
{
    [Fact]
    public async Task A_new_phone_takes_the_place_of_the_old_one()
    {
        await SignInWithPhoneAsync("/notes");
        Gateway.Time.Advance(TimeSpan.FromSeconds(30));

        await OpenAsync(Page, "/_mfa/account");
        await ClickLinkAsync("Authenticators");
        await ClickAsync("Add another one");
        await SeesHeadingAsync(Page, "Set up your authenticator app");
        await TakeKeyAsync(Page);
        await Page.GetByLabel("Code from your app").FillAsync(Ada.CurrentCode);
        await Page.GetByLabel("Name of the device").FillAsync("New phone");
        await ClickAsync("Verify and continue");

        await SeesHeadingAsync(Page, "Your authenticators");
        await Assertions.Expect(Page.Locator(".item")).ToHaveCountAsync(2);
        await Page.Locator(".item").Filter(new() { HasText = "Phone" }).First.GetByRole(AriaRole.Link, new() { Name = "Remove" }).ClickAsync();
        await SeesHeadingAsync(Page, "Remove this authenticator?");
        await ClickAsync("Remove it");

        await Assertions.Expect(Page.Locator(".item strong")).ToHaveTextAsync(["New phone"]);
        Gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await Page.Context.ClearCookiesAsync();
        await OpenAsync(Page, "/notes");
        await GivePasswordAsync(Page);
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await SeesAppAsync(Page, "/notes");
    }

    [Fact]
    public async Task A_lost_phone_costs_one_recovery_code_and_new_ones_are_made_when_few_are_left()
    {
        await OpenAsync(Page, "/notes");
        await GivePasswordAsync(Page);
        await TakeKeyAsync(Page);
        await Page.GetByLabel("Code from your app").FillAsync(Ada.CurrentCode);
        await ClickAsync("Verify and continue");
        var codes = await Page.Locator("#recovery-codes li").AllInnerTextsAsync();
        var file = await (await Page.RunAndWaitForDownloadAsync(() => ClickLinkAsync("Download"))).PathAsync();
        Assert.All(codes, code => Assert.Contains(code, File.ReadAllText(file), StringComparison.Ordinal));
        await Page.GetByLabel("I have saved these codes").CheckAsync();
        await ClickAsync("Continue");
        await SeesAppAsync(Page, "/notes");

        for (var used = 0; used < 2; used++)
        {
            await Page.Context.ClearCookiesAsync();
            await OpenAsync(Page, "/notes");
            await GivePasswordAsync(Page);
            await ClickLinkAsync("Lost your phone? Use a recovery code");
            await Page.GetByLabel("One of your recovery codes").FillAsync(codes[used]);
            await ClickAsync("Continue");
            await SeesAppAsync(Page, "/notes");
        }

        await OpenAsync(Page, "/_mfa/account");
        await Assertions.Expect(Page.Locator("#recovered")).ToContainTextAsync("If your phone is lost");
        await Assertions.Expect(Page.Locator("#few-codes")).ToContainTextAsync("only 3 recovery codes left");
        await ClickLinkAsync("Make new ones");
        await Assertions.Expect(Page.Locator("#codes-left")).ToHaveTextAsync("3");
        await ClickAsync("Make new codes");
        await SeesHeadingAsync(Page, "Save your recovery codes");
        await Page.GetByLabel("I have saved these codes").CheckAsync();
        await ClickAsync("Continue");

        await SeesHeadingAsync(Page, "Your recovery codes");
        await Assertions.Expect(Page.Locator("#codes-left")).ToHaveTextAsync("5");
    }

    [Fact]
    public async Task A_stolen_laptop_is_signed_out_from_another_computer()
    {
        await Ada.WithAuthenticatorAsync();
        using var laptop = Gateway.NewBrowser();
        var signIn = await laptop.OpenAsync("/");
        var (action, fields) = signIn.Form(("username", Ada.UserName), ("password", Ada.Password));
        var asked = await laptop.FollowAsync(await laptop.PostAsync(action, fields));
        var (codeAction, codeFields) = asked.Form(("code", Ada.CurrentCode));
        await laptop.PostAsync(codeAction, codeFields, request => request.Headers.UserAgent.ParseAdd(Macintosh));
        Assert.Equal(Greeting, (await laptop.GetAsync("/")).Body);

        Gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await OpenAsync(Page, "/_mfa/account/sessions");
        await GivePasswordAsync(Page);
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await Page.Locator(".item").Filter(new() { HasText = "Safari on macOS" }).GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Assertions.Expect(Page.Locator(".item")).ToHaveCountAsync(1);
        await Assertions.Expect(Page.Locator(".item")).ToContainTextAsync("This one");
        Assert.StartsWith("/_mfa/sign-in", (await laptop.GetAsync("/")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recovery_codes_that_nobody_finds_any_more_are_replaced_while_the_phone_is_there()
    {
        await SignInWithPhoneAsync("/notes");
        await OpenAsync(Page, "/_mfa/account/recovery-codes");
        await ClickAsync("Make new codes");
        var lost = await Page.Locator("#recovery-codes li").AllInnerTextsAsync();
        await Page.GetByLabel("I have saved these codes").CheckAsync();
        await ClickAsync("Continue");

        await SeesHeadingAsync(Page, "Your recovery codes");
        await ClickAsync("Make new codes");
        await Page.GetByLabel("I have saved these codes").CheckAsync();
        await ClickAsync("Continue");

        await Page.Context.ClearCookiesAsync();
        await OpenAsync(Page, "/notes");
        await GivePasswordAsync(Page);
        await ClickLinkAsync("Lost your phone? Use a recovery code");
        await Page.GetByLabel("One of your recovery codes").FillAsync(lost[0]);
        await ClickAsync("Continue");
        await SeesErrorAsync(Page, "This is not one of your unused recovery codes.");
    }

    [Fact]
    public async Task Whoever_fears_a_break_in_signs_everybody_else_out_and_changes_the_password()
    {
        await Ada.WithAuthenticatorAsync();
        using var burglar = Gateway.NewBrowser();
        await Ada.SignInAsync(burglar);
        Gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await OpenAsync(Page, "/_mfa/account/sessions");
        await GivePasswordAsync(Page);
        await GiveCodeAsync(Page, Ada.CurrentCode);

        await Assertions.Expect(Page.Locator(".item")).ToHaveCountAsync(2);
        await ClickAsync("Sign out everywhere but here");
        await Assertions.Expect(Page.Locator(".item")).ToHaveCountAsync(1);
        Assert.StartsWith("/_mfa/sign-in", (await burglar.GetAsync("/")).Location, StringComparison.Ordinal);

        await OpenAsync(Page, "/_mfa/account/password");
        await Page.GetByLabel("The password that you have now").FillAsync(Ada.Password);
        await Page.GetByLabel("The new password").FillAsync("another-Brass-kettle-17");
        await ClickAsync("Change the password");
        await SeesHeadingAsync(Page, "Your account");
        await ClickLinkAsync("Recent activity");
        await Assertions.Expect(Page.Locator("#activity li").First).ToContainTextAsync("Password set");
        Assert.Single(await Gateway.Get<SessionStore>().ListAsync(Ada.AccountId, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_form_that_was_left_open_too_long_asks_for_the_proofs_again_and_is_there_afterwards()
    {
        await SignInWithPhoneAsync("/notes");
        await OpenAsync(Page, "/_mfa/account/recovery-codes");
        Gateway.Time.Advance(TimeSpan.FromMinutes(11));

        await ClickAsync("Make new codes");
        await SeesHeadingAsync(Page, "Confirm your password");
        await Page.GetByLabel("Password").FillAsync(Ada.Password);
        await ClickAsync("Continue");
        await GiveCodeAsync(Page, Ada.CurrentCode);

        await SeesHeadingAsync(Page, "Make new recovery codes?");
        await ClickAsync("Make new codes");
        await SeesHeadingAsync(Page, "Save your recovery codes");
    }

    private const string Macintosh =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15";

    protected override void Configure(GatewaySetup setup) => setup.With("MfaGateway:RecoveryCodes:Count", "5");

    protected Task ClickAsync(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();

    protected Task ClickLinkAsync(string link) => Page.GetByRole(AriaRole.Link, new() { Name = link }).ClickAsync();
}

public sealed class LookingAfterOnesAccountWithScripts(Chromium chromium) : LookingAfterOnesAccount(chromium)
{
    protected override BrowserNewContextOptions Window => new() { Permissions = ["clipboard-read", "clipboard-write"] };

    [Fact]
    public async Task The_codes_are_copied_one_a_line()
    {
        await OpenAsync(Page, "/notes");
        await GivePasswordAsync(Page);
        await TakeKeyAsync(Page);
        await Page.GetByLabel("Code from your app").FillAsync(Ada.CurrentCode);
        await ClickAsync("Verify and continue");

        var start = TimeProvider.System.GetUtcNow().UtcDateTime;
        await Page.Clock.InstallAsync(new() { TimeDate = start });
        await Page.ReloadAsync();
        await Page.Clock.PauseAtAsync(start.AddHours(1));
        var status = Page.Locator(".keep [role=status]");
        for (var press = 0; press < 2; press++)
        {
            await Page.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true }).ClickAsync();
            await Assertions.Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
            await Assertions.Expect(status).ToBeEmptyAsync(); // emptied first, so that the same words are announced again
            await Page.Clock.RunForAsync(200);
            await Assertions.Expect(status).ToHaveTextAsync("Copied to the clipboard");
            await Page.Clock.RunForAsync(3_000);
            await Assertions.Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeHiddenAsync();
        }

        var codes = await Page.Locator("#recovery-codes li").AllInnerTextsAsync();
        Assert.Equal(string.Join('\n', codes), await Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await Assertions.Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Print" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task On_paper_there_are_the_codes_and_what_they_are_for_and_no_buttons()
    {
        await OpenAsync(Page, "/notes");
        await GivePasswordAsync(Page);
        await TakeKeyAsync(Page);
        await Page.GetByLabel("Code from your app").FillAsync(Ada.CurrentCode);
        await ClickAsync("Verify and continue");

        // Who presses Continue too early prints afterwards.
        await Page.EvaluateAsync("document.querySelector('form').noValidate = true");
        await ClickAsync("Continue");
        await SeesErrorAsync(Page, "Save the codes first");

        await Page.EmulateMediaAsync(new() { Media = Media.Print });

        await Assertions.Expect(Page.Locator(".print-only")).ToContainTextAsync("user name ada, made on 2026-03-02");
        await Assertions.Expect(Page.Locator("#recovery-codes li").First).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator(".print-only")).ToContainTextAsync(new Uri(Gateway.Address, "/_mfa/sign-in").ToString());
        var first = "getComputedStyle(document.querySelector('#recovery-codes li'), '::before').content";
        Assert.Equal("counter(code) \".\"", await Page.EvaluateAsync<string>(first));
        Assert.Equal("1px", await Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('#recovery-codes li'), '::after').borderTopWidth"));
        foreach (var unwanted in new[] { "button", ".tick", ".keep", "h1", ".message" })
            await Assertions.Expect(Page.Locator(unwanted).First).ToBeHiddenAsync();
    }

    [Fact]
    public async Task It_takes_no_mouse()
    {
        await SignInWithPhoneAsync("/notes");
        await OpenAsync(Page, "/_mfa/account");

        await TabToAsync("Password");
        await Page.Keyboard.PressAsync("Enter");
        await SeesHeadingAsync(Page, "Change your password");
        await TypeAsync(Ada.Password);
        await Page.Keyboard.PressAsync("Tab");
        await TypeAsync("another-Brass-kettle-17");
        await Page.Keyboard.PressAsync("Enter");
        await SeesHeadingAsync(Page, "Your account");

        await TabToAsync("Authenticators");
        await Page.Keyboard.PressAsync("Enter");
        await SeesHeadingAsync(Page, "Your authenticators");
        await TabToAsync("Rename");
        await Page.Keyboard.PressAsync("Enter");
        await SeesHeadingAsync(Page, "Rename this authenticator");
        await Assertions.Expect(Page.Locator("input:focus")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Control+A");
        await TypeAsync("Tablet");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.Locator(".item strong")).ToHaveTextAsync(["Tablet"]);
    }

    private async Task TabToAsync(string text)
    {
        for (var stops = 0; stops < 30; stops++)
        {
            await Page.Keyboard.PressAsync("Tab");
            // WCAG 2.4.7: whoever goes by keyboard sees where they are.
            Assert.NotEqual("none", await Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
            if (await Page.EvaluateAsync<string>("document.activeElement.textContent.trim()") == text)
                return;
        }

        Assert.Fail($"Thirty stops, and none was at {text}.");
    }
}

public sealed class LookingAfterOnesAccountWithoutScripts(Chromium chromium) : LookingAfterOnesAccount(chromium)
{
    protected override BrowserNewContextOptions Window => new() { JavaScriptEnabled = false };
}
