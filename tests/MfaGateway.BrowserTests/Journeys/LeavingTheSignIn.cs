using MfaGateway.BrowserTests.Chrome;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>The way from the gateway's last form to an app that leads on to another origin at once.</summary>
public class LeavingTheSignIn(Chromium chromium) : Journey(chromium)
{
    private RecordingUpstream? _elsewhere;

    [Fact]
    public async Task After_the_right_code_the_browser_arrives_where_the_app_redirects_to()
    {
        await Ada.WithAuthenticatorAsync();
        await OpenAsync(Page, "/start");
        await GivePasswordAsync(Page);

        await GiveCodeAsync(Page, Ada.CurrentCode);

        await Page.WaitForURLAsync(new Uri(_elsewhere!.Address, "/arrived").ToString());
        await Assertions.Expect(Page.Locator("body")).ToContainTextAsync("hello from upstream");
    }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _elsewhere = await RecordingUpstream.StartAsync();
        Gateway.Upstream.Answer = context =>
        {
            // First within the site, as apps do that ask for a slash, then to another origin.
            context.Response.Redirect(context.Request.Path == "/start" ? "/start/" : new Uri(_elsewhere.Address, "/arrived").ToString());
            return Task.CompletedTask;
        };
    }

    protected override async ValueTask LeaveAsync()
    {
        if (_elsewhere is not null)
            await _elsewhere.DisposeAsync();
    }
}

/// <summary>The same with scripts off.</summary>
public sealed class LeavingTheSignInWithoutScripts(Chromium chromium) : LeavingTheSignIn(chromium)
{
    protected override BrowserNewContextOptions Window => new() { JavaScriptEnabled = false };
}
