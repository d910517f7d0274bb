using MfaGateway.BrowserTests.Chrome;
using MfaGateway.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>Ada signs in by what comes into her mailbox, to a wiki that one factor opens and to an archive that wants a password as well.</summary>
public abstract class SigningInByMail(Chromium chromium) : Journey(chromium)
{
    private IBrowserContext? _otherWindow;

    private bool HasScripts => Window.JavaScriptEnabled != false;

    protected override void Configure(GatewaySetup setup) => setup
        .Route("wiki", "/wiki/{**path}", "one-factor").Route("archive", "/archive/{**path}", "mailed").Route("books", "/{**path}", null)
        .With("MfaGateway:Policies:mailed:Factors", "two-factor +magic-code")
        .With("MfaGateway:PublicOrigin", "http://127.0.0.1")
        .With("MfaGateway:MagicCode:Enabled", "true");

    protected override async ValueTask LeaveAsync()
    {
        if (_otherWindow is not null)
            await _otherWindow.DisposeAsync();
    }

    [Fact]
    public async Task A_code_from_the_mail_is_all_that_the_wiki_wants()
    {
        await AskAsync("/wiki/start?page=2");

        await GiveAsync((await MailedCode.NextAsync(Gateway)).Code);

        await SeesAppAsync(Page, "/wiki/start?page=2");
        Assert.Equal("ada", Gateway.Upstream.Last.Headers["Remote-User"]);
    }

    [Fact]
    public async Task Who_has_a_phone_is_asked_for_its_code_after_the_one_from_the_mail()
    {
        await Ada.WithAuthenticatorAsync();
        await AskAsync("/wiki/start");

        await GiveAsync((await MailedCode.NextAsync(Gateway)).Code);
        await SeesHeadingAsync(Page, "Enter your code");
        await GiveCodeAsync(Page, Ada.CurrentCode);

        await SeesAppAsync(Page, "/wiki/start");
    }

    [Fact]
    public async Task Where_the_operator_says_so_a_code_from_the_mail_follows_the_password()
    {
        await OpenAsync(Page, "/archive/1999");
        await GivePasswordAsync(Page);
        await SeesHeadingAsync(Page, "Get a code by e-mail");
        await ClickAsync("Send me a code");

        await GiveAsync((await MailedCode.NextAsync(Gateway)).Code);

        await SeesAppAsync(Page, "/archive/1999");
    }

    [Fact]
    public async Task The_link_in_the_same_browser_takes_one_button()
    {
        await AskAsync("/wiki/start");

        await OpenAsync(Page, (await MailedCode.NextAsync(Gateway)).Link!);
        await SeesHeadingAsync(Page, "Sign in");
        await ClickAsync("Sign in");

        await SeesAppAsync(Page, "/wiki/start");
    }

    [Fact]
    public async Task The_link_on_the_phone_lets_the_laptop_in_by_the_number_that_it_shows()
    {
        await AskAsync("/wiki/start");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Opening the link on another device?" }).ClickAsync();
        var number = await Page.Locator("#match-number").InnerTextAsync();
        await Assertions.Expect(Page.Locator("meta[http-equiv=refresh]")).ToHaveCountAsync(HasScripts ? 0 : 1);

        var phone = await OpenOtherBrowserAsync();
        await OpenAsync(phone, (await MailedCode.NextAsync(Gateway)).Link!);
        await SeesHeadingAsync(phone, "Is this you signing in?");
        await Assertions.Expect(phone.Locator("dl")).ToContainTextAsync("Chrom");
        await phone.GetByLabel("Number that the other browser shows").FillAsync(number);
        await phone.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Assertions.Expect(phone.Locator("#approved")).ToContainTextAsync("can go on");

        // The laptop's page looks by itself, with scripts or without.
        await SeesHeadingAsync(Page, "Confirmed");
        await ClickAsync("Continue");
        await SeesAppAsync(Page, "/wiki/start");
        await OpenAsync(phone, "/wiki/start");
        await SeesHeadingAsync(phone, "Sign in");
    }

    [Fact]
    public async Task A_wrong_number_stops_the_sign_in_in_both_browsers()
    {
        await AskAsync("/wiki/start");
        var mail = await MailedCode.NextAsync(Gateway);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Opening the link on another device?" }).ClickAsync();
        var number = await Page.Locator("#match-number").InnerTextAsync();

        var phone = await OpenOtherBrowserAsync();
        await OpenAsync(phone, mail.Link!);
        await phone.GetByLabel("Number that the other browser shows").FillAsync(number == "42" ? "43" : "42");
        await phone.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        await SeesHeadingAsync(phone, "This sign-in was stopped");
        await SeesHeadingAsync(Page, "This sign-in was stopped");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Start again" }).ClickAsync();
        await SeesHeadingAsync(Page, "Sign in with a code");
    }

    [Fact]
    public async Task Who_asked_twice_may_use_the_first_code()
    {
        await AskAsync("/wiki/start");
        var first = await MailedCode.NextAsync(Gateway);
        await ClickAsync("Send another code");
        await SeesErrorAsync(Page, "You can ask for another code in 30 seconds.");

        Gateway.Time.Advance(TimeSpan.FromMinutes(6));
        await ClickAsync("Send another code");
        await Assertions.Expect(Page.Locator("#sent")).ToContainTextAsync("This is code 2 of 3.");
        Assert.NotEqual(first.Code, (await MailedCode.NextAsync(Gateway)).Code);

        await GiveAsync(first.Code);
        await SeesAppAsync(Page, "/wiki/start");
    }

    [Fact]
    public async Task Who_reads_the_mail_late_is_told_so_and_gets_a_new_code_in_the_same_place()
    {
        await AskAsync("/wiki/start");
        var late = await MailedCode.NextAsync(Gateway);
        Gateway.Time.Advance(TimeSpan.FromMinutes(6));
        await ClickAsync("Send another code");
        var fresh = await MailedCode.NextAsync(Gateway);
        Gateway.Time.Advance(TimeSpan.FromMinutes(5));

        await GiveAsync(late.Code);
        await SeesErrorAsync(Page, "it has expired");
        await GiveAsync(fresh.Code);

        await SeesAppAsync(Page, "/wiki/start");
    }

    [Fact]
    public async Task Who_comes_back_when_all_codes_are_over_starts_again_with_the_same_destination()
    {
        await AskAsync("/wiki/start");
        var late = await MailedCode.NextAsync(Gateway);
        Gateway.Time.Advance(TimeSpan.FromHours(1));

        await GiveAsync(late.Code);
        await SeesHeadingAsync(Page, "Sign in");
        await Assertions.Expect(Page.Locator("#notice")).ToContainTextAsync("ask for a new code");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with a code by e-mail" }).ClickAsync();
        await GiveAddressAsync();
        await GiveAsync((await MailedCode.NextAsync(Gateway)).Code);

        await SeesAppAsync(Page, "/wiki/start");
    }

    [Fact]
    public async Task Who_does_not_want_it_switches_it_off_and_from_then_on_the_mailbox_opens_nothing()
    {
        await SignInWithPhoneAsync("/books");
        await OpenAsync(Page, "/_mfa/account");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Signing in by e-mail" }).ClickAsync();
        await Page.GetByLabel("Let me sign in with a code by e-mail").UncheckAsync();
        await ClickAsync("Save");
        await Assertions.Expect(Page.GetByLabel("Let me sign in with a code by e-mail")).Not.ToBeCheckedAsync();
        await Page.Context.ClearCookiesAsync();

        await AskAsync("/wiki/start");
        await GiveAsync("135790");
        await SeesErrorAsync(Page, "This code is not right.");

        // Codes go out in the order of their times: once Bob's is there, one to Ada would be there, too.
        Gateway.Time.Advance(TimeSpan.FromSeconds(1));
        await Gateway.AddPersonAsync("bob");
        using var bob = Gateway.NewBrowser();
        var form = await bob.GetAsync("/_mfa/sign-in/code?returnUrl=%2Fwiki%2Fstart");
        await bob.SubmitAsync(form, ("email", "bob@example.org"));
        Assert.NotNull((await MailedCode.NextAsync(Gateway, "bob@example.org")).Link);
        Assert.All(
            Gateway.Mail.All().Where(mail => mail.ToAddress == "ada@example.org"), mail => Assert.Equal(new MailedCode(string.Empty, Link: null), MailedCode.Read(mail)));

        Gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await Page.GetByRole(AriaRole.Link, new() { Name = "Use your password instead" }).ClickAsync();
        await GivePasswordAsync(Page);
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await SeesAppAsync(Page, "/wiki/start");
    }

    private async Task AskAsync(string url)
    {
        await OpenAsync(Page, url);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with a code by e-mail" }).ClickAsync();
        await GiveAddressAsync();
    }

    private async Task GiveAddressAsync()
    {
        await Page.GetByLabel("E-mail address").FillAsync("ada@example.org");
        await ClickAsync("Send me a code");
        await SeesHeadingAsync(Page, "Enter the code from your e-mail");
    }

    private async Task GiveAsync(string code)
    {
        await Page.GetByLabel("Code from the mail").FillAsync(code);
        await ClickAsync("Continue");
    }

    private Task ClickAsync(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    /// <summary>With cookies of its own.</summary>
    private async Task<IPage> OpenOtherBrowserAsync()
    {
        _otherWindow = await NewWindowAsync();
        return await _otherWindow.NewPageAsync();
    }
}

public sealed class SigningInByMailWithScripts(Chromium chromium) : SigningInByMail(chromium)
{
    [Fact]
    public async Task It_takes_no_mouse()
    {
        await OpenAsync(Page, "/_mfa/sign-in/code?returnUrl=%2Fwiki%2Fstart");
        await TypeAsync("ada@example.org");
        await Page.Keyboard.PressAsync("Enter");
        await SeesHeadingAsync(Page, "Enter the code from your e-mail");
        await TypeAsync((await MailedCode.NextAsync(Gateway)).Code);
        await Page.Keyboard.PressAsync("Enter");

        await SeesAppAsync(Page, "/wiki/start");
    }
}

public sealed class SigningInByMailWithoutScripts(Chromium chromium) : SigningInByMail(chromium)
{
    protected override BrowserNewContextOptions Window => new() { JavaScriptEnabled = false };
}
