using MfaGateway.BrowserTests.Chrome;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>A form that another site posts to an app, as an identity provider or a payment page does.</summary>
public class PostedFromElsewhere(Chromium chromium) : Journey(chromium)
{
    private const string Value = "<b>\"quoted\" & caf\u00E9</b>";

    protected virtual bool HasScripts => true;

    [Fact]
    public async Task It_arrives_as_the_person_who_is_signed_in_and_leads_on_to_any_site()
    {
        await SignInWithPhoneAsync("/");
        await using var provider = await RecordingUpstream.StartAsync();
        provider.Answer = context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(context.Request.Path == "/paid"
                ? "<!doctype html><p>paid"
                : $"<!doctype html><form method=\"post\" action=\"{new Uri(Gateway.Address, "/acs/in?x=1")}\">"
                    + $"<input type=\"hidden\" name=\"answer\" value=\"{System.Net.WebUtility.HtmlEncode(Value)}\"><input type=\"hidden\" name=\"submit\" value=\"1\">"
                    + "<button>Send</button></form>");
        };
        string? arrived = null;
        Gateway.Upstream.Answer = async context =>
        {
            var form = await context.Request.ReadFormAsync();
            arrived = $"{context.Request.Headers["Remote-User"]} {form["answer"]} {form["submit"]} {context.Request.QueryString}";
            context.Response.Redirect($"http://localhost:{provider.Address.Port}/paid");
        };

        // Another site, not only another port: localhost, where the gateway is 127.0.0.1.
        await Page.GotoAsync($"http://localhost:{provider.Address.Port}/");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        if (!HasScripts)
            await Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();

        await Assertions.Expect(Page.Locator("body")).ToContainTextAsync("paid");
        Assert.Equal($"ada {Value} 1 ?x=1", arrived);
    }

    protected override void Configure(GatewaySetup setup) => setup
        .Route("acs", "/acs/{**path}", null).Route("app", "/{**path}", null)
        .With("ReverseProxy:Routes:acs:Metadata:MfaGateway.AllowCrossSitePosts", "true");
}

/// <summary>The same with scripts off, by the button.</summary>
public sealed class PostedFromElsewhereWithoutScripts(Chromium chromium) : PostedFromElsewhere(chromium)
{
    protected override bool HasScripts => false;

    protected override BrowserNewContextOptions Window => new() { JavaScriptEnabled = false };
}
