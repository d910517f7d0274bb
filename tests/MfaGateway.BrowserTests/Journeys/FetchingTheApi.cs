using MfaGateway.BrowserTests.Chrome;
using MfaGateway.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>Scripts in a real browser: those of the app's own pages get through, those of others neither change nor read anything.</summary>
public sealed class FetchingTheApi(Chromium chromium) : Journey(chromium)
{
    private const string EndOthers = "/_mfa/api/v1/account/sessions/end-others";

    private readonly CapturedLogs _logs = new();

    [Fact]
    public async Task A_script_of_the_app_signs_in_steps_on_and_signs_out()
    {
        await Ada.WithAuthenticatorAsync();
        const string Call = "async ([path, body]) => { const answer = await fetch('/_mfa/api/v1' + path, { method: 'POST', "
            + "headers: { 'Content-Type': 'application/json', 'Mfa-Csrf': '1' }, body: JSON.stringify(body) }); "
            + "return answer.status + ' ' + (answer.status === 204 ? '' : (await answer.json()).next); }";

        await OpenAppAsync();
        Assert.Equal("200 totp", await Page.EvaluateAsync<string>(Call, new object[] { "/sign-in", new { userName = "ada", password = Ada.Password } }));
        Assert.Equal("200 done", await Page.EvaluateAsync<string>(Call, new object[] { "/challenge/totp", new { code = Ada.CurrentCode } }));
        Assert.Equal("ada", await Page.EvaluateAsync<string>("async () => (await (await fetch('/_mfa/api/v1/session')).json()).account.userName"));
        Assert.Equal("204 ", await Page.EvaluateAsync<string>(Call, new object[] { "/sign-out", new { } }));
        Assert.Equal(401, await Page.EvaluateAsync<int>("async () => (await fetch('/_mfa/api/v1/session')).status"));
    }

    [Theory]
    [InlineData("{ method: 'POST', mode: 'no-cors', credentials: 'include', headers: { 'Content-Type': 'text/plain' }, body: '{}' }", true)]
    [InlineData("{ method: 'POST', mode: 'no-cors', credentials: 'include' }", true)]
    [InlineData("{ method: 'POST', mode: 'no-cors', credentials: 'include', headers: { 'Mfa-Csrf': '1' } }", true)]
    [InlineData("{ method: 'POST', mode: 'cors', credentials: 'include', headers: { 'Mfa-Csrf': '1', 'Content-Type': 'application/json' }, body: '{}' }", false)]
    [InlineData("{ method: 'POST', mode: 'cors', credentials: 'include' }", true)]
    public async Task A_script_of_a_neighbouring_origin_that_gets_the_cookies_changes_nothing(string options, bool arrives)
    {
        await SignInWithPhoneAsync("/");
        using var other = Gateway.NewBrowser();
        Gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await Ada.SignInAsync(other);
        await using var neighbour = await RecordingUpstream.StartAsync(); // another port of the same host: another origin, the same site

        await Page.GotoAsync(neighbour.Address.ToString());
        var script = $"async (url) => {{ try {{ return (await fetch(url, {options})).type; }} catch {{ return 'failed'; }} }}";
        var happened = await Page.EvaluateAsync<string>(script, new Uri(Gateway.Address, EndOthers).ToString());

        // What needs no leave of ours does arrive, cookies and all; what comes back is out of reach there (Cross-Origin-Resource-Policy).
        Assert.Equal("failed", happened);
        Assert.Equal(arrives, _logs.Lines.Any(line => line.Contains("POST", StringComparison.Ordinal) && line.Contains(EndOthers, StringComparison.Ordinal)));
        Assert.Equal(Greeting, (await other.GetAsync("/")).Body);
    }

    [Fact]
    public async Task A_form_of_a_neighbouring_origin_changes_nothing_and_its_script_can_not_read_who_is_signed_in()
    {
        await SignInWithPhoneAsync("/");
        using var other = Gateway.NewBrowser();
        Gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await Ada.SignInAsync(other);
        await using var neighbour = await RecordingUpstream.StartAsync();
        await Page.GotoAsync(neighbour.Address.ToString());

        var read = await Page.EvaluateAsync<string>(
            "async (url) => { try { return await (await fetch(url, { credentials: 'include' })).text(); } catch { return 'failed'; } }",
            new Uri(Gateway.Address, "/_mfa/api/v1/session").ToString());
        var answered = await Page.RunAndWaitForResponseAsync(
            () => Page.EvaluateAsync(
                "url => { const form = Object.assign(document.createElement('form'), { method: 'post', action: url, enctype: 'text/plain' }); "
                + "form.append(Object.assign(document.createElement('input'), { name: '{}' })); document.documentElement.append(form); form.submit(); }",
                new Uri(Gateway.Address, EndOthers).ToString()),
            response => response.Url.EndsWith("end-others", StringComparison.Ordinal));

        Assert.Equal("failed", read);
        Assert.Equal(400, answered.Status);
        Assert.Contains("mfa_session", await answered.Request.HeaderValueAsync("cookie") ?? string.Empty, StringComparison.Ordinal);
        Assert.Equal(Greeting, (await other.GetAsync("/")).Body);
    }

    protected override void Configure(GatewaySetup setup)
    {
        setup.Logs = _logs;
        // Other origins must be refused for what they are, not because no script may.
        setup.With("MfaGateway:Api:BrowserChanges", "true");
        setup.Route("public", "/public/{**path}", "Anonymous").Route("app", "/{**path}", null);
    }

    protected override ValueTask LeaveAsync()
    {
        _logs.Dispose();
        return base.LeaveAsync();
    }

    private Task OpenAppAsync() => OpenAsync(Page, "/public/form");
}
