using MfaGateway.BrowserTests.Chrome;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>An app that opens parts of itself in windows and frames, in which the sign-in comes up.</summary>
public sealed class WindowsOfAnApp(Chromium chromium) : Journey(chromium)
{
    [Fact]
    public async Task A_window_that_met_the_sign_in_still_tells_the_one_that_opened_it()
    {
        await Ada.WithAuthenticatorAsync();
        await OpenAsync(Page, "/public/");
        var popup = await Page.Context.RunAndWaitForPageAsync(() => Page.EvaluateAsync("() => { window.open('/notes'); }"));

        await GivePasswordAsync(popup);
        await GiveCodeAsync(popup, Ada.CurrentCode);
        await Assertions.Expect(popup.Locator("body")).ToContainTextAsync(Greeting);
        await popup.EvaluateAsync("() => { window.opener.document.title = 'told'; }");

        Assert.Equal("told", await Page.TitleAsync());
    }

    [Fact]
    public async Task A_window_that_another_site_opened_does_not()
    {
        await using var foreign = await RecordingUpstream.StartAsync();
        foreign.Answer = context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<!doctype html><title>elsewhere</title>");
        };
        await Page.GotoAsync($"http://localhost:{foreign.Address.Port}/");
        var url = new Uri(Gateway.Address, "/notes").ToString();
        var popup = await Page.Context.RunAndWaitForPageAsync(() => Page.EvaluateAsync("url => { window.opened = window.open(url); }", url));

        await SeesHeadingAsync(popup, "Sign in");

        Assert.True(await popup.EvaluateAsync<bool>("() => window.opener === null"));
        Assert.True(await Page.EvaluateAsync<bool>("() => window.opened.closed"));
    }

    [Fact]
    public async Task A_frame_whose_session_has_ended_says_so_and_leads_out_of_it()
    {
        await SignInWithPhoneAsync("/notes");
        await OpenAsync(Page, "/public/frames");
        await Assertions.Expect(Page.FrameLocator("iframe").Locator("body")).ToContainTextAsync(Greeting);
        await Page.Context.ClearCookiesAsync();

        await Page.ReloadAsync();
        var frame = Page.FrameLocator("iframe");
        await Assertions.Expect(frame.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Your session has ended");
        await frame.GetByRole(AriaRole.Link, new() { Name = "Sign in again" }).ClickAsync();

        await SeesHeadingAsync(Page, "Sign in");
        Assert.Contains("returnUrl=%2Fpublic%2Fframes", Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_came_too_late_is_sent_by_reloading_after_the_sign_in_in_another_tab()
    {
        await SignInWithPhoneAsync("/notes");
        await OpenAsync(Page, "/notes/edit");
        await Page.Locator("input").FillAsync("long work");
        await Page.Context.ClearCookiesAsync();

        await Page.Locator("button").ClickAsync();
        await SeesHeadingAsync(Page, "Your session has ended");
        var tab = await Page.Context.RunAndWaitForPageAsync(() => Page.GetByRole(AriaRole.Link, new() { Name = "Sign in in a new tab" }).ClickAsync());
        Gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await GivePasswordAsync(tab);
        await GiveCodeAsync(tab, Ada.CurrentCode);
        await Assertions.Expect(tab.Locator("body")).ToContainTextAsync(Greeting);
        await Page.ReloadAsync();

        await Assertions.Expect(Page.Locator("body")).ToContainTextAsync("saved long work");
    }

    protected override void Configure(GatewaySetup setup) =>
        setup.Route("public", "/public/{**path}", "Anonymous").Route("app", "/{**path}", null);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Gateway.Upstream.Answer = async context =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<!doctype html><title>app</title>" + await BodyAsync(context));
        };
    }

    private static async Task<string> BodyAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method))
            return $"saved {(await context.Request.ReadFormAsync())["text"]}";
        return context.Request.Path.Value switch
        {
            "/public/frames" => "<iframe src=\"/notes\" width=\"600\" height=\"400\"></iframe>",
            "/notes/edit" => "<form method=\"post\" action=\"/notes/save\"><input name=\"text\"><button>Save</button></form>",
            _ => Greeting,
        };
    }
}
