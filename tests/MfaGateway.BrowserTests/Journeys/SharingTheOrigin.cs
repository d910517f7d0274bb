using MfaGateway.BrowserTests.Chrome;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>Scripts of an app, in a real browser, against the gateway's pages on the same origin.</summary>
public sealed class SharingTheOrigin(Chromium chromium) : Journey(chromium)
{
    /// <summary>Answers some pages itself, with a header that no gateway sees.</summary>
    private const string Worker =
        "self.addEventListener('fetch', event => { if (event.request.url.endsWith('/worker/isolated')) event.respondWith(new Response('page of the worker', "
        + "{ headers: { 'Content-Type': 'text/html', 'Cross-Origin-Opener-Policy': 'same-origin' } })); });";

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
    [InlineData("/app/isolated")]
    [InlineData("/app/worker/isolated")]
    public async Task Nor_does_a_page_of_an_app_that_keeps_windows_of_its_own_origin(string page)
    {
        await SignInWithPhoneAsync("/app/");
        if (page.Contains("worker", StringComparison.Ordinal))
        {
            await Page.EvaluateAsync(
                "async () => { await navigator.serviceWorker.register('/app/worker/sw.js'); const made = await navigator.serviceWorker.getRegistration('/app/worker/'); "
                + "const worker = made.active ?? made.waiting ?? made.installing; "
                + "while (worker.state !== 'activated') await new Promise(done => worker.addEventListener('statechange', done, { once: true })); }");
        }

        await OpenAsync(Page, page);
        var opened = await Page.Context.RunAndWaitForPageAsync(() => Page.EvaluateAsync("() => { window.opened = window.open('/_mfa/account'); }"));
        await SeesHeadingAsync(opened, "Your account");
        var reached = await Page.EvaluateAsync<string>(
            "() => { try { return window.opened.closed ? 'closed' : window.opened.document.title; } catch { return 'refused'; } }");

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
            if (context.Request.Path.Value!.EndsWith("isolated", StringComparison.Ordinal))
                context.Response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
            return context.Response.WriteAsync(isScript ? Worker : Greeting);
        };
    }
}
