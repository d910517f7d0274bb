using MfaGateway.BrowserTests.Chrome;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>Scripts of an app, in a real browser, against the gateway's pages on the same origin.</summary>
public sealed class SharingTheOrigin(Chromium chromium) : Journey(chromium)
{
    [Fact]
    public async Task A_script_reads_no_page_of_the_gateway_by_fetch_frame_or_window()
    {
        await SignInWithPhoneAsync("/app/");

        var fetched = await Page.EvaluateAsync<string>(
            "async () => { const answer = await fetch('/_mfa/account'); return answer.status + ' ' + (await answer.text()).includes('__RequestVerificationToken'); }");
        var framed = await Page.EvaluateAsync<string>(
            "() => new Promise(done => { const frame = document.createElement('iframe'); frame.src = '/_mfa/account'; "
            + "frame.onload = () => { try { done(frame.contentDocument?.querySelector('form') ? 'read' : 'nothing'); } catch { done('nothing'); } }; document.body.append(frame); })");
        var opened = await Page.Context.RunAndWaitForPageAsync(() => Page.EvaluateAsync("() => { window.opened = window.open('/_mfa/account'); }"));
        await SeesHeadingAsync(opened, "Your account");
        var reached = await Page.EvaluateAsync<string>(
            "() => { try { return window.opened.closed ? 'closed' : window.opened.document.title; } catch { return 'refused'; } }");

        Assert.Equal("403 false", fetched);
        Assert.Equal("nothing", framed);
        Assert.Equal("closed", reached);
    }

    [Theory]
    [InlineData("/sw.js", null, "refused")]
    [InlineData("/app/sw.js", "/", "refused")]
    [InlineData("/app/sw.js", null, "/app/")]
    public async Task A_service_worker_does_not_reach_the_pages_of_the_gateway(string script, string? scope, string expected)
    {
        await SignInWithPhoneAsync("/app/");

        var registered = await Page.EvaluateAsync<string>(
            "async ([script, scope]) => { try { const made = await navigator.serviceWorker.register(script, scope ? { scope } : {}); "
            + "return new URL(made.scope).pathname; } catch { return 'refused'; } }",
            new object?[] { script, scope });

        Assert.Equal(expected, registered);
    }

    protected override void Configure(GatewaySetup setup) => setup.Route("app", "/{**path}", null);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Gateway.Upstream.Answer = context =>
        {
            var isScript = context.Request.Path.Value!.EndsWith(".js", StringComparison.Ordinal);
            context.Response.ContentType = isScript ? "text/javascript" : "text/html";
            context.Response.Headers["Service-Worker-Allowed"] = "/";
            return context.Response.WriteAsync(isScript ? "self.addEventListener('fetch', () => {});" : Greeting);
        };
    }
}
