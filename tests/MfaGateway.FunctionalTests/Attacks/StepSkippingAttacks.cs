using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Whoever has the password alone gets no further than the question for the second factor.</summary>
public sealed class StepSkippingAttacks
{
    [Fact]
    public async Task With_the_password_alone_no_page_and_no_path_leads_to_the_app()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var thief = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(thief);

        // Enrol a phone of one's own instead of answering with hers.
        var enrol = await thief.GetAsync("/_mfa/enroll/totp");
        Assert.StartsWith("/_mfa/challenge/totp", enrol.Location, StringComparison.Ordinal);
        await thief.PostAsync("/_mfa/enroll/totp", asked.Form(("code", "000000")).Values);

        // Say that the recovery codes are saved; ask to see them.
        await thief.PostAsync("/_mfa/enroll/recovery-codes", asked.Form(("code", "x")).Values.Append(new("saved", "true")));
        var codes = await thief.GetAsync("/_mfa/enroll/recovery-codes");
        Assert.Null(codes.Text("recovery-codes"));

        // Give the password once more as if it were the second factor.
        await thief.PostAsync("/_mfa/challenge/password", asked.Form(("code", "x")).Values.Append(new("password", ada.Password)));

        // Open what only a session opens.
        foreach (var path in new[] { "/", "/_mfa/challenge?returnUrl=%2F&policy=anonymous-route", "/_mfa/challenge?returnUrl=%2F&policy=one-factor", "/_mfa/account" })
            await thief.GetAsync(path);

        Assert.DoesNotContain("mfa_session", thief.Cookies.Keys);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Naming_a_weaker_policy_when_stepping_up_does_not_weaken_the_route()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("wiki", "/wiki/{**path}", "one-factor")
            .Route("vault", "/vault/{**path}", "two-factor"));
        var ada = await gateway.AddPersonAsync();
        using var thief = gateway.NewBrowser();
        await ada.GivePasswordAsync(thief, "/wiki/");

        foreach (var policy in new[] { "one-factor", "anonymous-route", "Anonymous", "deny", "nonsense", "" })
            await thief.OpenAsync($"/_mfa/challenge?returnUrl=%2Fvault%2F&policy={policy}");

        Assert.DoesNotContain(gateway.Upstream.Requests, request => request.RawTarget.StartsWith("/vault", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Found, (await thief.GetAsync("/vault/")).Status);
    }

    [Fact]
    public async Task Asking_for_what_is_proved_already_makes_no_session_and_revives_none()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);
        var before = browser.Cookies["mfa_session"];
        var sessions = gateway.Get<Core.Sessions.SessionStore>();

        foreach (var policy in new[] { "two-factor", "one-factor", "anonymous-route" })
            Assert.Equal("/x", (await browser.GetAsync($"/_mfa/challenge?policy={policy}&returnUrl=/x")).Location);
        Assert.Equal(before, browser.Cookies["mfa_session"]);
        Assert.Single(await sessions.ListAsync(ada.AccountId, CancellationToken.None));

        // Revoked by another process: what this one still holds ready must not become a new session.
        await sessions.EndAllAsync(ada.AccountId, exceptId: null, CancellationToken.None);
        for (var attempt = 0; attempt < 10; attempt++)
            await browser.GetAsync("/_mfa/challenge?policy=two-factor&returnUrl=/x");
        Assert.Empty(await sessions.ListAsync(ada.AccountId, CancellationToken.None));
    }

    [Fact]
    public async Task Two_posts_of_one_enrolling_code_keep_one_phone()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var enrol = await ada.GivePasswordAsync(browser);
        Core.Factors.Totp.Base32.TryDecode(enrol.Text("totp-secret"), out var secret);
        ada.Secret = Core.Factors.Totp.TotpSecret.FromBytes(secret!);

        var racers = Enumerable.Range(0, 10).Select(_ => browser.Clone()).ToArray();
        await Task.WhenAll(racers.Select(racer => racer.SubmitAsync(enrol, ("code", ada.CurrentCode))));

        Assert.Single(await gateway.Get<Core.Factors.Totp.TotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
        foreach (var racer in racers)
            racer.Dispose();
    }

    [Fact]
    public async Task Of_several_people_who_enrol_the_first_phone_of_one_account_at_once_one_does()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        var racers = Enumerable.Range(0, 8).Select(_ => gateway.NewBrowser()).ToArray();
        var tries = new List<(Browser Browser, Visit Page, string Code)>();
        foreach (var racer in racers)
        {
            var page = await ada.GivePasswordAsync(racer);
            Core.Factors.Totp.Base32.TryDecode(page.Text("totp-secret"), out var secret);
            ada.Secret = Core.Factors.Totp.TotpSecret.FromBytes(secret!);
            tries.Add((racer, page, ada.CurrentCode));
        }

        var answers = await Task.WhenAll(tries.Select(one => one.Browser.SubmitAsync(one.Page, ("code", one.Code))));

        Assert.Single(await gateway.Get<Core.Factors.Totp.TotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
        Assert.Single(answers, answer => answer.Location?.StartsWith("/_mfa/enroll/recovery-codes", StringComparison.Ordinal) is true);
        foreach (var racer in racers)
            racer.Dispose();
    }

    [Fact]
    public async Task A_secret_that_was_shown_but_not_verified_is_no_phone()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var enrol = await ada.GivePasswordAsync(browser);
        var first = enrol.Text("totp-secret");

        // Loaded twice, it is the one that was scanned; in another flow it is another.
        Assert.Equal(first, (await browser.GetAsync(enrol.Url)).Text("totp-secret"));
        using var other = gateway.NewBrowser();
        var second = await ada.GivePasswordAsync(other);

        Assert.StartsWith("/_mfa/enroll/totp", second.Url, StringComparison.Ordinal);
        Assert.NotEqual(first, second.Text("totp-secret"));
        Assert.Empty(await gateway.Get<Core.Factors.Totp.TotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
    }

    [Fact]
    public async Task Five_wrong_codes_throw_a_pending_secret_away()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var enrol = await ada.GivePasswordAsync(browser);
        Core.Factors.Totp.Base32.TryDecode(enrol.Text("totp-secret"), out var secret);
        ada.Secret = Core.Factors.Totp.TotpSecret.FromBytes(secret!);

        for (var attempt = 0; attempt < 5; attempt++)
            await browser.SubmitAsync(enrol, ("code", ada.WrongCode));
        await browser.SubmitAsync(enrol, ("code", ada.CurrentCode));

        Assert.Empty(await gateway.Get<Core.Factors.Totp.TotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
        Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);
    }
}
