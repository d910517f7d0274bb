using System.Diagnostics;
using MfaGateway.BrowserTests.Chrome;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Throttling;
using MfaGateway.Storage;
using MfaGateway.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>Two windows: that of an administrator named root, and that of Ada, who works here. Scripts are off in both.</summary>
public sealed class LookingAfterPeople(Chromium chromium) : Journey(chromium)
{
    private readonly Chromium _chromium = chromium;
    private IBrowserContext? _office;
    private TestPerson? _root;

    private IPage Office { get; set; } = null!;

    private TestPerson Root => _root!;

    protected override BrowserNewContextOptions Window => new() { JavaScriptEnabled = false };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _root = await (await Gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        var options = Window;
        options.BaseURL = Gateway.Address.ToString();
        _office = await _chromium.NewWindowAsync(options);
        Office = await _office.NewPageAsync();
        await OpenAsync(Office, "/_mfa/admin");
        await Office.GetByLabel("Username or email").FillAsync(Root.UserName);
        await Office.GetByLabel("Password").FillAsync(Root.Password);
        await ClickAsync(Office, "Sign in");
        await GiveCodeAsync(Office, Root.CurrentCode);
        await SeesHeadingAsync(Office, "People");
    }

    [Fact]
    public async Task Whoever_lost_the_phone_and_the_recovery_codes_comes_back_with_a_code_handed_over()
    {
        await SignInWithPhoneAsync("/notes");

        await FindAdaAsync();
        await Office.GetByRole(AriaRole.Link, new() { Name = "Reset the second factor" }).ClickAsync();
        await Office.GetByLabel("Reason").FillAsync("phone and paper lost on the train");
        await Office.GetByLabel("I am sure").CheckAsync();
        await ClickAsync(Office, "Reset the second factor");
        var code = await Office.Locator("#enrollment-code").InnerTextAsync();

        await OpenAsync(Page, "/notes");
        await GivePasswordAsync(Page);
        await SeesHeadingAsync(Page, "Enter the code from your administrator");
        await Page.GetByLabel("Code from your administrator").FillAsync("0000-0000-0000-0000");
        await ClickAsync(Page, "Continue");
        await SeesErrorAsync(Page, "This is not the code that you were given last.");
        await Page.GetByLabel("Code from your administrator").FillAsync(code);
        await ClickAsync(Page, "Continue");
        await EnrolAsync(Page, Ada);
        await SeesAppAsync(Page, "/notes");

        Gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await Page.Context.ClearCookiesAsync();
        await OpenAsync(Page, "/notes");
        await GivePasswordAsync(Page);
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await SeesAppAsync(Page, "/notes");
    }

    [Fact]
    public async Task Whoever_a_stranger_has_locked_out_of_a_new_laptop_is_found_among_the_locked_and_let_in_again()
    {
        await Ada.WithAuthenticatorAsync();
        Gateway.Get<AttemptOptions>().PerAddress.Count = 100; // the stranger sits in another network
        await OpenAsync(Page, "/notes");
        for (var guess = 0; guess < 10; guess++)
            await GivePasswordAsync(Page, "the-Wrong-Teapot-17");
        await GivePasswordAsync(Page);
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await SeesHeadingAsync(Page, "Sign in");

        await OpenAsync(Office, "/_mfa/admin");
        await Office.GetByLabel("State", new() { Exact = true }).SelectOptionAsync("locked");
        await ClickAsync(Office, "Search");
        await Assertions.Expect(Office.Locator("#people tbody tr")).ToHaveCountAsync(1);
        await Office.GetByRole(AriaRole.Link, new() { Name = "ada" }).ClickAsync();
        await Assertions.Expect(Office.Locator("#locks")).ToContainTextAsync("Passwords from unknown browsers");
        await ClickAsync(Office, "Unlock");
        await Assertions.Expect(Office.Locator("#notice")).ToContainTextAsync("Unlocked");

        await GivePasswordAsync(Page);
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await SeesAppAsync(Page, "/notes");
    }

    [Fact]
    public async Task A_leaver_is_out_of_the_app_at_the_next_click_and_stays_out()
    {
        await SignInWithPhoneAsync("/notes");

        await FindAdaAsync();
        await Office.GetByRole(AriaRole.Link, new() { Name = "Disable" }).ClickAsync();
        await SeesHeadingAsync(Office, "Disable ada?");
        await ClickAsync(Office, "Disable");
        await Assertions.Expect(Office.Locator("#notice")).ToContainTextAsync("signed out everywhere");

        await OpenAsync(Page, "/notes");
        await SeesHeadingAsync(Page, "Sign in");
        await GivePasswordAsync(Page);
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await SeesHeadingAsync(Page, "Sign in");
    }

    [Fact]
    public async Task A_new_colleague_gets_a_link_and_nobody_else_ever_knows_the_password()
    {
        await Office.GetByRole(AriaRole.Link, new() { Name = "Invite a person" }).ClickAsync();
        await Office.GetByLabel("User name").FillAsync("grace");
        await Office.GetByLabel("E-mail address").FillAsync("grace@example.org");
        await Office.GetByLabel("Groups").FillAsync("navy");
        await ClickAsync(Office, "Invite");
        var link = await Office.Locator("#link").InnerTextAsync();

        await OpenAsync(Page, link);
        await SeesHeadingAsync(Page, "Choose your password");
        await Page.GetByLabel("New password").FillAsync("velvet tractor humming orbit");
        await ClickAsync(Page, "Set the password");
        await Page.GetByLabel("Username or email").FillAsync("grace");
        await Page.GetByLabel("Password").FillAsync("velvet tractor humming orbit");
        await ClickAsync(Page, "Sign in");
        await EnrolAsync(Page, new TestPerson(Gateway, "grace"));
        await SeesAppAsync(Page, "/");

        await OpenAsync(Page, link);
        await SeesHeadingAsync(Page, "This link does not work");
    }

    [Fact]
    public async Task An_administrator_locked_out_of_the_second_factor_is_helped_by_a_command_on_the_host()
    {
        // The phone fell into the sea, and there is no other administrator.
        var printed = await RunOnHostAsync("users", "reset-2fa", "root", "--reason", "phone fell into the sea", "--yes");
        var code = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];

        await Office.ReloadAsync();
        await SeesHeadingAsync(Office, "Sign in");
        await Office.GetByLabel("Username or email").FillAsync(Root.UserName);
        await Office.GetByLabel("Password").FillAsync(Root.Password);
        await ClickAsync(Office, "Sign in");
        await Office.GetByLabel("Code from your administrator").FillAsync(code);
        await ClickAsync(Office, "Continue");
        await EnrolAsync(Office, Root);

        await SeesHeadingAsync(Office, "People");
    }

    protected override async ValueTask LeaveAsync()
    {
        if (_office is not null)
            await _office.DisposeAsync();
    }

    private async Task FindAdaAsync()
    {
        await OpenAsync(Office, "/_mfa/admin");
        await Office.GetByLabel("Name or address").FillAsync("ada@");
        await ClickAsync(Office, "Search");
        await Office.GetByRole(AriaRole.Link, new() { Name = "ada" }).ClickAsync();
        await SeesHeadingAsync(Office, "ada");
    }

    private static async Task EnrolAsync(IPage tab, TestPerson person)
    {
        await SeesHeadingAsync(tab, "Set up your authenticator app");
        var shown = await tab.Locator("#totp-secret").InnerTextAsync();
        Assert.True(Base32.TryDecode(shown.Replace(" ", string.Empty, StringComparison.Ordinal), out var bytes));
        person.Secret = TotpSecret.FromBytes(bytes);
        await tab.GetByLabel("Code from your app").FillAsync(person.CurrentCode);
        await ClickAsync(tab, "Verify and continue");
        await tab.GetByLabel("I have saved these codes").CheckAsync();
        await ClickAsync(tab, "Continue");
    }

    private static Task ClickAsync(IPage tab, string button) => tab.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();

    /// <summary>The real program, as somebody with a shell on the machine runs it beside the gateway.</summary>
    private async Task<string> RunOnHostAsync(params string[] arguments)
    {
        var data = Gateway.Get<GatewayStore>().Directory.Root;
        using var process = Process.Start(GatewayProgramStart.In(data, [.. arguments, $"--MfaGateway:DataDirectory={data}"]))!;
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, string.Empty), (process.ExitCode, error));
        return output;
    }
}
