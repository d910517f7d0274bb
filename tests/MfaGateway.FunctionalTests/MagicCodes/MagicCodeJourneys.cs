using System.Net;
using System.Text.Json;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>Signing in by a code that is sent by e-mail, as people do it.</summary>
public sealed class MagicCodeJourneys : MagicCodeTest
{
    [Fact]
    public async Task A_code_alone_opens_what_one_factor_opens()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();

        var asked = await AskAsync(browser);
        var mail = await MailedCode.NextAsync(gateway);
        Assert.Matches("^[0-9]{6}$", mail.Code);
        Assert.Equal(Greeting, (await GiveAsync(browser, asked, mail.Code)).Body);

        Assert.Equal(Greeting, (await browser.GetAsync("/wiki/other")).Body);
        var statement = Assertion(gateway);
        Assert.Equal("one-factor-mail", statement.GetProperty("acr").GetString());
        Assert.Equal("email", Assert.Single(statement.GetProperty("amr").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Whoever_has_an_authenticator_is_asked_for_it_after_the_code()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();

        var asked = await AskAsync(browser);
        var second = await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code);
        Assert.Contains("authenticator app", second.Page.QuerySelector("label[for='code']")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(Greeting, (await GiveAsync(browser, second, ada.CurrentCode)).Body);

        Assert.Equal("two-factor", Assertion(gateway).GetProperty("acr").GetString());
    }

    [Fact]
    public async Task A_policy_that_says_so_takes_a_password_and_a_code_for_two_factors()
    {
        await using var gateway = await StartAsync(setup => setup
            .Route("mail", "/mail/{**path}", "mailed").With("MfaGateway:Policies:mailed:Factors", "two-factor +magic-code"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();

        var offered = await ada.GivePasswordAsync(browser, "/mail/box");
        Assert.Contains("Get a code by e-mail", offered.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        var asked = await browser.FollowAsync(await SendAnotherAsync(browser, offered));
        Assert.Equal(Greeting, (await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code)).Body);
        Assert.Equal("two-factor-mail", Assertion(gateway).GetProperty("acr").GetString());

        // Elsewhere the two are not two factors: there one enrols.
        var elsewhere = await browser.OpenAsync("/books");
        Assert.Contains("Set up your authenticator app", elsewhere.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_excludes_codes_asks_for_the_password()
    {
        await using var gateway = await StartAsync(setup => setup
            .Route("strict", "/strict/{**path}", "strict").With("MfaGateway:Policies:strict:Factors", "one-factor -magic-code"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, url: "/strict/page");

        var password = await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code);
        Assert.Contains("Confirm your password", password.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        var inside = await browser.FollowAsync(await browser.SubmitAsync(password, ("password", ada.Password)));
        Assert.Equal(Greeting, inside.Body);
    }

    [Fact]
    public async Task A_second_code_leaves_the_first_one_good()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);
        var first = await MailedCode.NextAsync(gateway);
        Assert.Contains("code 1 of 3", asked.Text("sent"), StringComparison.Ordinal);

        var soon = await SendAnotherAsync(browser, asked);
        Assert.Equal(HttpStatusCode.TooManyRequests, soon.Status);
        Assert.Equal("30", soon.Header("Retry-After"));
        Assert.Contains("30 seconds", soon.Text("error"), StringComparison.Ordinal);

        gateway.Time.Advance(TimeSpan.FromMinutes(6)); // another step, so another value
        var again = await browser.FollowAsync(await SendAnotherAsync(browser, asked));
        Assert.Contains("code 2 of 3", again.Text("sent"), StringComparison.Ordinal);
        var second = await MailedCode.NextAsync(gateway);
        Assert.NotEqual(first.Code, second.Code);

        Assert.Equal(Greeting, (await GiveAsync(browser, again, first.Code)).Body);
    }

    [Fact]
    public async Task A_second_code_within_the_same_five_minutes_is_the_same_one()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        gateway.Time.Advance(TimeSpan.FromSeconds(300 - (gateway.Time.GetUtcNow().ToUnixTimeSeconds() % 300))); // a step begins
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);
        var first = await MailedCode.NextAsync(gateway);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));

        await SendAnotherAsync(browser, asked);

        Assert.Equal(first.Code, (await MailedCode.NextAsync(gateway)).Code);
    }

    [Fact]
    public async Task A_second_and_a_third_device_within_the_same_five_minutes_get_codes_of_their_own()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        BeginStep(gateway);
        var codes = new HashSet<string>(StringComparer.Ordinal);
        for (var device = 0; device < 3; device++)
        {
            using var browser = gateway.NewBrowser();
            var asked = await AskAsync(browser);
            var mail = await MailedCode.NextAsync(gateway);
            Assert.True(codes.Add(mail.Code));
            Assert.Equal(Greeting, (await GiveAsync(browser, asked, mail.Code)).Body);
            gateway.Time.Advance(TimeSpan.FromSeconds(61));
        }

        // A resend repeats what was not typed, also then.
        using var last = gateway.NewBrowser();
        var waiting = await AskAsync(last);
        var first = await MailedCode.NextAsync(gateway);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await SendAnotherAsync(last, waiting);
        Assert.Equal(first.Code, (await MailedCode.NextAsync(gateway)).Code);
    }

    [Fact]
    public async Task Asking_again_in_another_tab_within_a_minute_leaves_the_code_that_came_good()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);
        var mail = await MailedCode.NextAsync(gateway);

        gateway.Time.Advance(TimeSpan.FromSeconds(20));
        var again = await AskAsync(browser, " ADA@example.org ", "/wiki/other");

        Assert.Contains("code 1 of 3", again.Text("sent"), StringComparison.Ordinal);
        Assert.Equal(asked.Page.QuerySelector("input[name='request']")!.GetAttribute("value"), again.Page.QuerySelector("input[name='request']")!.GetAttribute("value"));
        Assert.Equal(Greeting, (await GiveAsync(browser, again, mail.Code)).Body);
        Assert.Equal("/wiki/other", gateway.Upstream.Last.RawTarget);
    }

    [Fact]
    public async Task Two_applications_within_the_same_five_minutes_do_not_stand_in_each_others_way()
    {
        await using var gateway = await StartAsync(setup => setup
            .With("MfaGateway:Clusters:second:Application", "other").With("ReverseProxy:Clusters:second:Destinations:only:Address", "http://127.0.0.1:9")
            .With("ReverseProxy:Routes:second:ClusterId", "second").With("ReverseProxy:Routes:second:Match:Path", "/second/{**path}")
            .With("ReverseProxy:Routes:second:AuthorizationPolicy", "one-factor"));
        await gateway.AddPersonAsync();
        BeginStep(gateway);
        foreach (var url in new[] { "/wiki/page", "/second/page" })
        {
            using var browser = gateway.NewBrowser();
            var asked = await AskAsync(browser, url: url);
            await browser.SubmitAsync(asked, ("code", (await MailedCode.NextAsync(gateway)).Code));
            Assert.Contains("mfa_session", browser.Cookies.Keys);
            gateway.Time.Advance(TimeSpan.FromSeconds(61));
        }
    }

    [Fact]
    public async Task A_flow_that_lasts_may_ask_for_a_code_more_than_once()
    {
        await using var gateway = await StartAsync(setup => setup
            .Route("vault", "/vault/{**path}", "fresh").With("MfaGateway:Policies:fresh:MaxAge", "00:01:00"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await GiveAsync(browser, await AskAsync(browser, url: "/vault/door"), (await MailedCode.NextAsync(gateway)).Code);
        for (var pause = 0; pause < 2; pause++)
        {
            gateway.Time.Advance(TimeSpan.FromSeconds(61));
            var offered = await browser.OpenAsync(asked.Url);
            asked = await browser.FollowAsync(await SendAnotherAsync(browser, offered));
            asked = await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code);
            Assert.StartsWith("/_mfa/challenge/totp", asked.Url, StringComparison.Ordinal);
        }

        Assert.Equal(Greeting, (await GiveAsync(browser, asked, ada.CurrentCode)).Body);
    }

    [Fact]
    public async Task A_code_that_another_browser_asks_for_within_a_minute_comes_at_its_end()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var first = gateway.NewBrowser();
        await AskAsync(first);
        await MailedCode.NextAsync(gateway);
        gateway.Time.Advance(TimeSpan.FromSeconds(20));
        using var second = gateway.NewBrowser();
        var asked = await AskAsync(second);

        gateway.Time.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal(Greeting, (await GiveAsync(second, asked, (await MailedCode.NextAsync(gateway)).Code)).Body);
    }

    [Fact]
    public async Task The_waits_grow_and_the_third_code_is_the_last_one()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);

        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAnotherAsync(browser, asked)).Status);
        gateway.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("1", (await SendAnotherAsync(browser, asked)).Header("Retry-After"));
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAnotherAsync(browser, asked)).Status);
        gateway.Time.Advance(TimeSpan.FromSeconds(121));
        var over = await SendAnotherAsync(browser, asked);

        Assert.Equal(HttpStatusCode.TooManyRequests, over.Status);
        Assert.Contains("start again", over.Text("error"), StringComparison.Ordinal);
        for (var i = 0; i < 3; i++)
            await gateway.Mail.NextAsync("ada@example.org");
        Assert.Equal(3, gateway.Mail.All().Count);
    }

    [Fact]
    public async Task Where_four_codes_are_allowed_the_last_wait_is_two_minutes()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:MagicCode:MostCodes", "4"));
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);
        foreach (var wait in new[] { 30, 60, 120 })
        {
            gateway.Time.Advance(TimeSpan.FromSeconds(wait - 1));
            Assert.Equal("1", (await SendAnotherAsync(browser, asked)).Header("Retry-After"));
            gateway.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(HttpStatusCode.SeeOther, (await SendAnotherAsync(browser, asked)).Status);
        }

        gateway.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Contains("start again", (await SendAnotherAsync(browser, asked)).Text("error"), StringComparison.Ordinal);
        await gateway.AddPersonAsync("bob");
        using var bob = gateway.NewBrowser();
        await MailedOnlyAsync(
            gateway, ["ada@example.org", "ada@example.org", "ada@example.org", "ada@example.org"], "bob@example.org", address => AskAsync(bob, address));
    }

    [Fact]
    public async Task A_late_code_is_told_so_and_the_next_one_works()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);
        var late = await MailedCode.NextAsync(gateway);
        gateway.Time.Advance(TimeSpan.FromMinutes(9));
        var again = await browser.FollowAsync(await SendAnotherAsync(browser, asked));
        var fresh = await MailedCode.NextAsync(gateway);
        gateway.Time.Advance(TimeSpan.FromMinutes(1));

        var refused = await browser.SubmitAsync(again, ("code", late.Code));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Contains("it has expired", refused.Text("error"), StringComparison.Ordinal);
        Assert.Contains("4 more tries", refused.Text("error"), StringComparison.Ordinal);
        Assert.Equal(Greeting, (await GiveAsync(browser, refused, fresh.Code)).Body);
    }

    [Fact]
    public async Task Signing_in_by_code_verifies_the_address()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        var store = gateway.Get<MagicCodeStore>();
        Assert.Null(await store.FindVerifiedAtAsync(ada.AccountId, "ada@example.org", TestContext.Current.CancellationToken));
        using var browser = gateway.NewBrowser();

        await GiveAsync(browser, await AskAsync(browser), (await MailedCode.NextAsync(gateway)).Code);

        Assert.Equal(gateway.Time.GetUtcNow(), await store.FindVerifiedAtAsync(ada.AccountId, "ada@example.org", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_address_of_a_listed_domain_makes_an_account_and_no_other_does()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:MagicCode:Registration:0", "example.com"));
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, "Grace@Example.com");
        var mail = await MailedCode.NextAsync(gateway, "Grace@example.com");

        Assert.Equal(Greeting, (await GiveAsync(browser, asked, mail.Code)).Body);
        Assert.Equal("Grace@example.com", Assertion(gateway).GetProperty("email").GetString());

        using var other = gateway.NewBrowser();
        await AskAsync(other, "grace@sub.example.com");
        await AskAsync(other, "grace@example.net");
        using var again = gateway.NewBrowser();
        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        var known = await AskAsync(again, "grace@example.com");
        Assert.Equal(Greeting, (await GiveAsync(again, known, (await MailedCode.NextAsync(gateway, "Grace@example.com")).Code)).Body);
        Assert.Equal(2, gateway.Mail.All().Count);
    }

    [Fact]
    public async Task Where_it_is_off_there_is_neither_link_nor_page()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        Assert.DoesNotContain("/sign-in/code", (await browser.OpenAsync("/")).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/_mfa/sign-in/code")).Status);
    }

    private static JsonElement Assertion(GatewayUnderTest gateway)
    {
        var token = gateway.Upstream.Requests.Last().Headers["X-Mfa-Assertion"];
        var payload = System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]);
        return JsonDocument.Parse(payload).RootElement;
    }

    private static void BeginStep(GatewayUnderTest gateway) =>
        gateway.Time.Advance(TimeSpan.FromSeconds(300 - (gateway.Time.GetUtcNow().ToUnixTimeSeconds() % 300)));
}
