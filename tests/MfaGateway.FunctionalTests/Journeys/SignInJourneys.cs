using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>The main job, walked without scripts: each test reads as what somebody does and sees.</summary>
public class SignInJourneys
{
    [Fact]
    public async Task A_wrong_answer_stands_in_the_audit_log_as_nobodys_and_a_right_one_as_the_persons()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var signIn = await browser.OpenAsync("/");
        await browser.SubmitAsync(signIn, ("username", "ada"), ("password", "not this one"));
        await browser.SubmitAsync(signIn, ("username", "ada"), ("password", ada.Password));

        var entries = await gateway.Get<Core.Auditing.AuditStore>().ListAsync(before: null, 100, TestContext.Current.CancellationToken);
        var checks = entries.Where(entry => entry.Entry.Event == Core.Auditing.AuditEvents.FactorChecked).Select(entry => entry.Entry);

        Assert.Equal([(ada.AccountId, ada.AccountId, true), (ada.AccountId, (string?)null, false)], checks.Select(one => (one.AccountId, one.Actor, one.Succeeded)));
    }

    [Fact]
    public async Task A_newcomer_signs_in_enrols_a_phone_saves_the_codes_and_reaches_the_app()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync("ada", "staff");
        using var browser = gateway.NewBrowser();

        var enrol = await ada.GivePasswordAsync(browser, "/reports?year=2025");
        Assert.StartsWith("/_mfa/enroll/totp", enrol.Url, StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Requests);

        Assert.True(Base32.TryDecode(enrol.Text("totp-secret"), out var secret));
        ada.Secret = TotpSecret.FromBytes(secret);
        var codes = await browser.FollowAsync(await browser.SubmitAsync(enrol, ("code", ada.CurrentCode), ("name", "My phone")));
        Assert.Equal(10, codes.Page.QuerySelectorAll("#recovery-codes li").Length);

        var saved = await browser.SubmitAsync(codes, ("saved", "true"));
        Assert.Equal("/reports?year=2025", saved.Location);
        var app = await browser.FollowAsync(saved);

        Assert.Equal("hello from upstream", app.Body);
        var seen = gateway.Upstream.Last;
        Assert.Equal("/reports?year=2025", seen.RawTarget);
        Assert.Equal("ada", seen.Headers["Remote-User"]);
        Assert.Equal("ada@example.org", seen.Headers["Remote-Email"]);
        Assert.Equal("staff", seen.Headers["Remote-Groups"]);
        Assert.Equal(3, seen.Headers["X-Mfa-Assertion"].Split('.').Length);
        Assert.DoesNotContain("mfa_", seen.Headers.GetValueOrDefault("Cookie", string.Empty), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_with_a_phone_signs_in_with_password_and_code()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();

        var asked = await ada.GivePasswordAsync(browser, "/reports");
        Assert.StartsWith("/_mfa/challenge/totp", asked.Url, StringComparison.Ordinal);

        // As an app shows it, and as a person types it.
        var typed = ada.CurrentCode.Insert(3, " ");
        var answered = await browser.SubmitAsync(asked, ("code", typed));
        Assert.Equal(HttpStatusCode.SeeOther, answered.Status);
        Assert.Equal("hello from upstream", (await browser.FollowAsync(answered)).Body);
    }

    [Fact]
    public async Task A_wrong_password_says_one_sentence_and_asks_again()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();

        var signIn = await browser.OpenAsync("/");
        var known = await browser.SubmitAsync(signIn, ("username", ada.UserName), ("password", "wrong"));
        var unknown = await browser.SubmitAsync(signIn, ("username", "nobody"), ("password", "wrong"));

        Assert.Equal(HttpStatusCode.Unauthorized, known.Status);
        Assert.NotEmpty(known.Text("error")!);
        Assert.Equal(known.Text("error"), unknown.Text("error"));
        Assert.Equal(known.Status, unknown.Status);

        var right = await browser.SubmitAsync(known, ("username", "ADA"), ("password", ada.Password));
        Assert.Equal(HttpStatusCode.SeeOther, right.Status);
    }

    [Fact]
    public async Task A_wrong_code_is_asked_again_and_the_fifth_ends_the_challenge()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var page = await ada.GivePasswordAsync(browser);

        for (var attempt = 1; attempt <= 4; attempt++)
        {
            page = await browser.SubmitAsync(page, ("code", ada.WrongCode));
            Assert.Equal(HttpStatusCode.Unauthorized, page.Status);
            Assert.NotEmpty(page.Text("error")!);
        }

        var fifth = await browser.SubmitAsync(page, ("code", ada.WrongCode));
        Assert.Equal(HttpStatusCode.Unauthorized, fifth.Status);

        // Now even the right code is of no use: the password is asked again.
        var late = await browser.FollowAsync(await browser.SubmitAsync(page, ("code", ada.CurrentCode)));
        Assert.StartsWith("/_mfa/sign-in", late.Url, StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Requests);

        Assert.Equal("hello from upstream", (await ada.SignInAsync(browser)).Body);
    }

    [Fact]
    public async Task What_is_no_code_at_all_is_not_counted()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var page = await ada.GivePasswordAsync(browser);

        foreach (var typed in new[] { "", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "+12345", "123456\n7" })
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.SubmitAsync(page, ("code", typed))).Status);

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(page, ("code", ada.CurrentCode))).Status);
    }

    [Fact]
    public async Task A_challenge_that_took_too_long_says_so_and_starts_again_with_the_same_target()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var page = await ada.GivePasswordAsync(browser, "/reports");

        gateway.Time.Advance(TimeSpan.FromMinutes(10));
        var late = await browser.SubmitAsync(page, ("code", ada.CurrentCode));
        var again = await browser.FollowAsync(late);

        Assert.StartsWith("/_mfa/sign-in", again.Url, StringComparison.Ordinal);
        Assert.Contains("returnUrl=%2Freports", again.Url, StringComparison.Ordinal);
        Assert.NotNull(again.Page.QuerySelector("[role='status'], [role='alert']"));
        var answered = await browser.SubmitAsync(again, ("username", ada.UserName), ("password", ada.Password));
        var code = await browser.SubmitAsync(await browser.FollowAsync(answered), ("code", ada.CurrentCode));
        Assert.Equal("/reports", code.Location);
    }

    [Fact]
    public async Task Two_tabs_each_end_where_they_wanted_to()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();

        var first = await ada.GivePasswordAsync(browser, "/first");
        var second = await browser.GetAsync("/_mfa/challenge/totp?returnUrl=%2Fsecond");
        var done = await browser.SubmitAsync(first, ("code", ada.CurrentCode));
        Assert.Equal("/first", done.Location);

        // The flow is over, but this browser is signed in by now.
        var other = await browser.SubmitAsync(second, ("code", ada.CodeAt(1)));
        Assert.Equal("/second", other.Location);
    }

    [Fact]
    public async Task Going_back_to_a_step_that_is_past_leads_to_the_one_that_is_due()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser, "/reports");

        var back = await browser.GetAsync("/_mfa/enroll/totp?returnUrl=%2Freports");

        Assert.StartsWith("/_mfa/challenge/totp", back.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_every_copy_of_its_cookie()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);
        using var copy = browser.Clone();
        Assert.Equal("hello from upstream", (await copy.GetAsync("/")).Body);

        var goodbye = await browser.FollowAsync(await browser.SubmitAsync(await browser.OpenAsync("/_mfa/sign-out")));

        Assert.StartsWith("/_mfa/signed-out", goodbye.Url, StringComparison.Ordinal);
        Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);
        Assert.StartsWith("/_mfa/sign-in", (await copy.GetAsync("/")).Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/_mfa/signed-out", "/_mfa/sign-out")]
    [InlineData("/_mfa/signed-out?returnUrl=%2Fnotes", "/_mfa/sign-out?returnUrl=%2Fnotes")]
    public async Task The_signed_out_page_asks_a_browser_that_is_signed_in_whether_to_sign_out(string opened, string asks)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);

        var asked = await browser.OpenAsync(opened);

        Assert.Equal(asks, asked.Url);
        Assert.Contains("You are signed in as", asked.Body, StringComparison.Ordinal);
        Assert.Equal("hello from upstream", (await browser.GetAsync("/")).Body); // looking ends nothing
        var goodbye = await browser.FollowAsync(await browser.SubmitAsync(asked));
        Assert.Equal(opened, goodbye.Url);
        Assert.Contains("You are signed out", goodbye.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_one_factor_is_enough_a_password_is_until_a_phone_is_enrolled()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("wiki", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var before = gateway.NewBrowser();
        Assert.Equal("hello from upstream", (await ada.GivePasswordAsync(before)).Body);

        await ada.WithAuthenticatorAsync();

        // Another process may have enrolled it: what one factor had let in is over within a second.
        await Eventually.IsAsync(async () => (await before.GetAsync("/")).Location?.StartsWith("/_mfa/sign-in", StringComparison.Ordinal) is true);
        using var after = gateway.NewBrowser();
        Assert.StartsWith("/_mfa/challenge/totp", (await ada.GivePasswordAsync(after)).Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Going_from_an_open_room_to_a_guarded_one_asks_only_for_what_is_missing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("wiki", "/wiki/{**path}", "one-factor")
            .Route("vault", "/vault/{**path}", "two-factor"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        Assert.Equal("hello from upstream", (await ada.GivePasswordAsync(browser, "/wiki/start")).Body);
        var before = browser.Cookies["mfa_session"];

        var begin = await browser.OpenAsync("/vault/door");
        Assert.StartsWith("/_mfa/enroll/totp", begin.Url, StringComparison.Ordinal);
        var enrol = await browser.FollowAsync(await browser.SubmitAsync(begin));
        Assert.True(Base32.TryDecode(enrol.Text("totp-secret"), out var secret));
        ada.Secret = TotpSecret.FromBytes(secret);
        var codes = await browser.FollowAsync(await browser.SubmitAsync(enrol, ("code", ada.CurrentCode)));
        var done = await browser.SubmitAsync(codes, ("saved", "true"));

        Assert.Equal("/vault/door", done.Location);
        Assert.NotEqual(before, browser.Cookies["mfa_session"]);
        Assert.Equal("hello from upstream", (await browser.FollowAsync(done)).Body);
    }

    [Fact]
    public async Task A_fresh_route_asks_only_for_the_stale_factor()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("wiki", "/wiki/{**path}", "two-factor")
            .Route("vault", "/vault/{**path}", "vault")
            .With("MfaGateway:Policies:vault:MaxAge", "00:15:00"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser, "/wiki/");
        gateway.Time.Advance(TimeSpan.FromMinutes(16));

        var password = await browser.OpenAsync("/vault/door");
        Assert.StartsWith("/_mfa/challenge/password", password.Url, StringComparison.Ordinal);
        var code = await browser.FollowAsync(await browser.SubmitAsync(password, ("password", ada.Password)));
        Assert.StartsWith("/_mfa/challenge/totp", code.Url, StringComparison.Ordinal);
        var done = await browser.SubmitAsync(code, ("code", ada.CurrentCode));

        Assert.Equal("/vault/door", done.Location);
        Assert.Equal("hello from upstream", (await browser.FollowAsync(done)).Body);
    }

    [Fact]
    public async Task A_recovery_code_gets_in_once_and_burns_what_the_lost_phone_shows()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var atHome = gateway.NewBrowser();
        var enrol = await ada.GivePasswordAsync(atHome);
        Base32.TryDecode(enrol.Text("totp-secret"), out var secret);
        ada.Secret = TotpSecret.FromBytes(secret!);
        var codes = await atHome.FollowAsync(await atHome.SubmitAsync(enrol, ("code", ada.CurrentCode)));
        var recovery = codes.Page.QuerySelector("#recovery-codes li")!.TextContent.Trim();
        await atHome.SubmitAsync(codes, ("saved", "true"));
        gateway.Time.Advance(TimeSpan.FromMinutes(5));

        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser);
        var lost = await browser.OpenAsync("/_mfa/challenge/recovery-code");
        var used = await browser.SubmitAsync(lost, ("code", recovery.ToUpperInvariant().Replace("-", "", StringComparison.Ordinal)));
        Assert.Equal("hello from upstream", (await browser.FollowAsync(used)).Body);

        using var thief = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(thief);
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(asked, ("code", ada.CurrentCode))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(asked, ("code", ada.CodeAt(1)))).Status);
        var again = await thief.OpenAsync("/_mfa/challenge/recovery-code");
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(again, ("code", recovery))).Status);
    }

    [Fact]
    public async Task A_session_ends_when_it_is_not_used_and_in_any_case_in_the_end()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var idle = gateway.NewBrowser();
        await ada.SignInAsync(idle);
        gateway.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.StartsWith("/_mfa/sign-in", (await idle.GetAsync("/")).Location, StringComparison.Ordinal);

        using var busy = gateway.NewBrowser();
        await ada.SignInAsync(busy);
        for (var minutes = 0; minutes < 12 * 60 - 20; minutes += 20)
        {
            gateway.Time.Advance(TimeSpan.FromMinutes(20));
            Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("/")).Status);
        }

        gateway.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.StartsWith("/_mfa/sign-in", (await busy.GetAsync("/")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disabling_an_account_ends_its_sessions_and_its_sign_in_without_telling_strangers()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);
        var midway = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(midway);

        await ada.DisableAsync();

        // Another process may have done it: felt within a second.
        await Eventually.IsAsync(async () => (await browser.GetAsync("/")).Status == HttpStatusCode.Redirect);
        var code = await midway.FollowAsync(await midway.SubmitAsync(asked, ("code", ada.CodeAt(1))));
        Assert.StartsWith("/_mfa/sign-in", code.Url, StringComparison.Ordinal);
        var password = await midway.SubmitAsync(code, ("username", ada.UserName), ("password", ada.Password));
        Assert.Equal(HttpStatusCode.Unauthorized, password.Status);
        midway.Dispose();
    }

    [Fact]
    public async Task A_cookie_domain_shares_one_sign_in_between_sub_domains()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            setup.With("MfaGateway:Session:CookieDomain", "example.org");
        });
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        browser.Host = "wiki.example.org";
        await ada.SignInAsync(browser);
        Assert.Contains("__Secure-mfa_session", browser.Cookies.Keys);

        browser.Host = "files.example.org";
        Assert.Equal("hello from upstream", (await browser.GetAsync("/")).Body);
    }

    [Fact]
    public async Task Over_https_every_cookie_is_host_only_secure_and_out_of_reach_of_scripts()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Https = true);
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();

        var asked = await ada.GivePasswordAsync(browser);
        var done = await browser.SubmitAsync(asked, ("code", ada.CurrentCode));

        Assert.All(browser.Cookies.Keys, name => Assert.StartsWith("__Host-mfa_", name, StringComparison.Ordinal));
        foreach (var line in done.Headers.GetValues("Set-Cookie"))
        {
            Assert.Contains("secure", line, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("httponly", line, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", line, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("path=/", line, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", line, StringComparison.OrdinalIgnoreCase);
        }
    }
}
