using MfaGateway.BrowserTests.Chrome;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>A gateway, a person named Ada, and her browser.</summary>
public abstract class Journey(Chromium chromium) : IAsyncLifetime
{
    private IBrowserContext? _window;
    private GatewayUnderTest? _gateway;
    private TestPerson? _ada;

    /// <summary>What the app behind the gateway says.</summary>
    protected const string Greeting = "hello from upstream";

    protected GatewayUnderTest Gateway => _gateway!;

    protected TestPerson Ada => _ada!;

    /// <summary>The tab that is looked at.</summary>
    protected IPage Page { get; private set; } = null!;

    /// <summary>How the window is: size, colours, scripts.</summary>
    protected virtual BrowserNewContextOptions Window => new();

    public virtual async ValueTask InitializeAsync()
    {
        Needs.Program(Chromium.Path);
        _gateway = await GatewayUnderTest.StartAsync(Configure);
        _ada = await _gateway.AddPersonAsync("ada");
        _window = await NewWindowAsync();
        Page = await NewTabAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        if (_window is not null)
            await _window.DisposeAsync();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what a journey has opened beside its own window.</summary>
    protected virtual ValueTask LeaveAsync() => ValueTask.CompletedTask;

    protected virtual void Configure(GatewaySetup setup)
    {
    }

    /// <summary>Like the first one, with cookies of its own. Whoever opens it closes it.</summary>
    protected async Task<IBrowserContext> NewWindowAsync()
    {
        var options = Window;
        options.BaseURL = Gateway.Address.ToString();
        options.ReducedMotion = ReducedMotion.Reduce;
        var window = await chromium.NewWindowAsync(options);
        window.SetDefaultTimeout(15_000);
        return window;
    }

    protected Task<IPage> NewTabAsync() => _window!.NewPageAsync();

    protected static Task OpenAsync(IPage tab, string url) => tab.GotoAsync(url);

    /// <summary>Types into the field that has the focus, once one has it: a page gives it a moment after it has loaded.</summary>
    protected async Task TypeAsync(string text)
    {
        await Assertions.Expect(Page.Locator("input:focus")).ToBeVisibleAsync();
        await Page.Keyboard.TypeAsync(text);
    }

    /// <summary>Fills in the sign-in form and sends it.</summary>
    protected Task GivePasswordAsync(IPage tab) => GivePasswordAsync(tab, Ada.Password);

    protected async Task GivePasswordAsync(IPage tab, string password)
    {
        await tab.GetByLabel("Username or email").FillAsync(Ada.UserName);
        await tab.GetByLabel("Password").FillAsync(password);
        await tab.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    protected static async Task GiveCodeAsync(IPage tab, string code)
    {
        await tab.GetByLabel("Code from your authenticator app").FillAsync(code);
        await tab.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }

    /// <summary>Types the key that the page shows into the phone.</summary>
    protected async Task TakeKeyAsync(IPage tab)
    {
        var shown = await tab.Locator("#totp-secret").InnerTextAsync();
        Assert.True(Base32.TryDecode(shown.Replace(" ", string.Empty, StringComparison.Ordinal), out var bytes));
        Ada.Secret = TotpSecret.FromBytes(bytes);
    }

    protected async Task SignInWithPhoneAsync(string url)
    {
        await Ada.WithAuthenticatorAsync();
        await OpenAsync(Page, url);
        await GivePasswordAsync(Page);
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await SeesAppAsync(Page, url);
    }

    protected static async Task SeesHeadingAsync(IPage tab, string heading) =>
        await Assertions.Expect(tab.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);

    protected async Task SeesAppAsync(IPage tab, string url)
    {
        await Assertions.Expect(tab.Locator("body")).ToContainTextAsync(Greeting);
        Assert.Equal(new Uri(Gateway.Address, url), new Uri(tab.Url));
    }

    protected static async Task SeesErrorAsync(IPage tab, string text)
    {
        var error = tab.GetByRole(AriaRole.Alert);
        await Assertions.Expect(error).ToContainTextAsync(text);
        await Assertions.Expect(error).ToHaveIdAsync("error");
    }
}
