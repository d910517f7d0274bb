using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>What somebody does who wants in by mail that is not theirs.</summary>
public sealed class MagicCodeAttacks : MagicCodeTest
{
    [Fact]
    public async Task A_code_that_was_computed_and_never_issued_lets_nobody_in()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);
        var mail = await MailedCode.NextAsync(gateway);

        // Whoever could read the secret would know the code of every other step; none of them was issued.
        var secret = await gateway.Get<ApplicationSecrets>().GetNewestAsync("app", gateway.Time.GetUtcNow(), TestContext.Current.CancellationToken);
        var now = MagicCodeAlgorithm.StepAt(gateway.Time.GetUtcNow());
        Assert.Equal(mail.Code, MagicCodeAlgorithm.Compute(secret, ada.AccountId, "ada@example.org", now, digits: 6));
        foreach (var step in new[] { now - 1, now + 1 })
        {
            var computed = MagicCodeAlgorithm.Compute(secret, ada.AccountId, "ada@example.org", step, digits: 6);
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SubmitAsync(asked, ("code", computed))).Status);
        }
    }

    [Fact]
    public async Task A_used_code_is_good_for_nothing_and_neither_are_its_siblings()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);
        var first = await MailedCode.NextAsync(gateway);
        gateway.Time.Advance(TimeSpan.FromMinutes(6));
        await SendAnotherAsync(browser, asked);
        var second = await MailedCode.NextAsync(gateway);
        using var thief = browser.Clone();
        await GiveAsync(browser, asked, first.Code);
        // Until then the same answer of the same browser, whose cookies the thief has, gets the outcome of the first.
        gateway.Time.Advance(TimeSpan.FromSeconds(10));

        foreach (var code in new[] { first.Code, second.Code })
            await thief.SubmitAsync(asked, ("code", code));

        Assert.DoesNotContain("mfa_session", thief.Cookies.Keys);
    }

    [Fact]
    public async Task A_code_is_good_for_the_flow_that_asked_and_for_no_other_ones()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        await gateway.AddPersonAsync("eve");
        using var victim = gateway.NewBrowser();
        await AskAsync(victim);
        var stolen = await MailedCode.NextAsync(gateway);

        using var asAda = gateway.NewBrowser();
        gateway.Time.Advance(TimeSpan.FromMinutes(6));
        var own = await AskAsync(asAda);
        using var asEve = gateway.NewBrowser();
        var eves = await AskAsync(asEve, "eve@example.org");

        Assert.Equal(HttpStatusCode.Unauthorized, (await asAda.SubmitAsync(own, ("code", stolen.Code))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await asEve.SubmitAsync(eves, ("code", stolen.Code))).Status);
    }

    [Fact]
    public async Task A_code_that_somebody_saw_being_used_is_spent_for_their_own_request_too()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        gateway.Time.Advance(TimeSpan.FromSeconds(300 - (gateway.Time.GetUtcNow().ToUnixTimeSeconds() % 300))); // a step begins
        using var owner = gateway.NewBrowser();
        var asked = await AskAsync(owner);
        var mail = await MailedCode.NextAsync(gateway);
        gateway.Time.Advance(TimeSpan.FromSeconds(61));
        using var onlooker = gateway.NewBrowser();
        var own = await AskAsync(onlooker);
        Assert.Equal(mail.Code, (await MailedCode.NextAsync(gateway)).Code); // within the step the value is the same
        Assert.Equal(Greeting, (await GiveAsync(owner, asked, mail.Code)).Body);

        var refused = await onlooker.SubmitAsync(own, ("code", mail.Code));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Contains("already used", refused.Text("error"), StringComparison.Ordinal);
        Assert.DoesNotContain("mfa_session", onlooker.Cookies.Keys);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(300, false)]
    public async Task A_code_lives_exactly_its_time_wherever_in_a_step_it_was_issued(int secondsAround, bool isGood)
    {
        foreach (var intoStep in new[] { 0, 1, 150, 299 })
        {
            await using var gateway = await StartAsync();
            await gateway.AddPersonAsync();
            gateway.Time.Advance(TimeSpan.FromSeconds(300 - (gateway.Time.GetUtcNow().ToUnixTimeSeconds() % 300) + intoStep));
            using var browser = gateway.NewBrowser();
            var asked = await AskAsync(browser);
            var mail = await MailedCode.NextAsync(gateway);
            gateway.Time.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(secondsAround));

            await browser.SubmitAsync(asked, ("code", mail.Code));

            Assert.Equal(isGood, browser.Cookies.ContainsKey("mfa_session"));
        }
    }

    [Fact]
    public async Task Five_wrong_codes_end_the_request_and_a_second_code_gives_no_more_tries()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);
        var first = await MailedCode.NextAsync(gateway);
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SubmitAsync(asked, ("code", WrongCode(first.Code)))).Status);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await SendAnotherAsync(browser, asked);
        var second = await MailedCode.NextAsync(gateway);

        await browser.SubmitAsync(asked, ("code", WrongCode(first.Code, second.Code)));
        var ended = await browser.SubmitAsync(asked, ("code", WrongCode(first.Code, second.Code)));
        Assert.Contains("stopped", ended.Text("error"), StringComparison.Ordinal);

        await browser.SubmitAsync(asked, ("code", first.Code));
        Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);
    }

    [Fact]
    public async Task Guesses_over_many_requests_share_one_budget_that_leaves_the_owner_the_authenticator()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:TrustedProxies:0", "127.0.0.0/8"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        for (var i = 0; i < 4; i++)
        {
            using var guesser = gateway.NewBrowser();
            guesser.ForwardedFor = $"198.51.100.{i}";
            var page = await AskAsync(guesser);
            var mail = i == 0 ? await MailedCode.NextAsync(gateway) : null;
            for (var n = 0; n < 5; n++)
                await guesser.SubmitAsync(page, ("code", WrongCode(mail?.Code ?? string.Empty)));
            gateway.Time.Advance(TimeSpan.FromSeconds(61));
        }

        // The account's bucket is closed: even the right code of a new request looks wrong from an unknown browser.
        using var stranger = gateway.NewBrowser();
        stranger.ForwardedFor = "198.51.100.200";
        var asked = await AskAsync(stranger);
        var right = MailedCode.Read(await JustMailedAsync(gateway));
        var refused = await stranger.SubmitAsync(asked, ("code", right.Code));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Contains("4 more tries", refused.Text("error"), StringComparison.Ordinal);

        using var owner = gateway.NewBrowser();
        owner.ForwardedFor = "203.0.113.1";
        Assert.Equal(Greeting, (await ada.SignInAsync(owner)).Body);
    }

    [Fact]
    public async Task Nobodys_address_gets_the_same_page_and_no_mail()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:Attempts:PerAddress:Count", "1000"));
        await gateway.AddPersonAsync();
        var off = await gateway.AddPersonAsync("off");
        await off.DisableAsync();
        var seen = new List<(HttpStatusCode, string?, string, string)>();
        foreach (var name in new[] { "ada", "off", "nob" })
        {
            using var browser = gateway.NewBrowser();
            var asked = await AskAsync(browser, $"{name}@example.org");
            seen.Add(Shape(asked, name));
            var wrong = await browser.SubmitAsync(asked, ("code", "135799"));
            seen.Add(Shape(wrong, name));
            seen.Add(Shape(await SendAnotherAsync(browser, asked), name));
            for (var i = 0; i < 3; i++)
                await browser.SubmitAsync(asked, ("code", "135799"));
            seen.Add(Shape(await browser.SubmitAsync(asked, ("code", "135799")), name));
        }

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(seen[i], seen[i + 4]);
            Assert.Equal(seen[i], seen[i + 8]);
        }

        await gateway.AddPersonAsync("bob");
        using var bob = gateway.NewBrowser();
        await MailedOnlyAsync(gateway, ["ada@example.org"], "bob@example.org", address => AskAsync(bob, address));
    }

    [Fact]
    public async Task A_code_of_another_application_is_refused_to_the_same_person_in_the_same_step()
    {
        await using var gateway = await StartAsync(setup => setup
            .With("MfaGateway:Clusters:second:Application", "other").With("ReverseProxy:Clusters:second:Destinations:only:Address", "http://127.0.0.1:9")
            .With("ReverseProxy:Routes:second:ClusterId", "second").With("ReverseProxy:Routes:second:Match:Path", "/second/{**path}")
            .With("ReverseProxy:Routes:second:AuthorizationPolicy", "one-factor"));
        await gateway.AddPersonAsync();
        gateway.Time.Advance(TimeSpan.FromSeconds(300 - (gateway.Time.GetUtcNow().ToUnixTimeSeconds() % 300))); // a step begins
        using var wiki = gateway.NewBrowser();
        var wikiAsked = await AskAsync(wiki);
        var wikiMail = await MailedCode.NextAsync(gateway);
        gateway.Time.Advance(TimeSpan.FromSeconds(61));
        using var second = gateway.NewBrowser();
        var secondAsked = await AskAsync(second, url: "/second/page");
        var secondMail = await MailedCode.NextAsync(gateway);
        Assert.NotEqual(wikiMail.Code, secondMail.Code);

        Assert.Equal(HttpStatusCode.Unauthorized, (await second.SubmitAsync(secondAsked, ("code", wikiMail.Code))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await wiki.SubmitAsync(wikiAsked, ("code", secondMail.Code))).Status);
        Assert.DoesNotContain("mfa_session", second.Cookies.Keys.Concat(wiki.Cookies.Keys));

        await second.SubmitAsync(secondAsked, ("code", secondMail.Code));
        Assert.Contains("mfa_session", second.Cookies.Keys);
        Assert.Equal(Greeting, (await GiveAsync(wiki, wikiAsked, wikiMail.Code)).Body);
    }

    [Fact]
    public async Task The_recipient_is_the_accounts_address_whatever_the_request_says()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        foreach (var typed in new[]
            { "ada@example.org,eve@evil.example", "ada@example.org\r\nBcc: eve@evil.example", "ada@example.org eve@evil.example", "\"ada\"@example.org", "Ada <ada@example.org>" })
        {
            var form = await browser.GetAsync("/_mfa/sign-in/code?returnUrl=%2Fwiki");
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.SubmitAsync(form, ("email", typed))).Status);
        }

        var (action, values) = (await browser.GetAsync("/_mfa/sign-in/code?returnUrl=%2Fwiki")).Form(("email", " ADA@EXAMPLE.ORG "));
        await browser.PostAsync(action, [.. values, new("email", "eve@evil.example"), new("to", "eve@evil.example")]);
        await browser.PostAsync(action, values);

        Assert.Equal("ada@example.org", (await gateway.Mail.NextAsync()).ToAddress);
        Assert.All(gateway.Mail.All(), mail => Assert.Equal("ada@example.org", mail.ToAddress));
    }

    [Fact]
    public async Task A_stranger_who_asks_and_asks_fills_nobodys_mailbox_and_keeps_no_owner_out()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:TrustedProxies:0", "127.0.0.0/8"));
        var ada = await gateway.AddPersonAsync();
        using var owner = gateway.NewBrowser();
        owner.ForwardedFor = "203.0.113.1";
        await ada.GivePasswordAsync(owner, "/wiki/page");
        for (var i = 0; i < 40; i++)
        {
            using var stranger = gateway.NewBrowser();
            stranger.ForwardedFor = $"198.51.100.{i}";
            await AskAsync(stranger);
            gateway.Time.Advance(TimeSpan.FromMinutes(15));
        }

        await gateway.Mail.NextAsync("ada@example.org");
        Assert.InRange(gateway.Mail.All().Count, 1, 10);

        // The browser that has signed in before asks from a budget of its own.
        owner.Cookies.Remove("mfa_session");
        var asked = await AskAsync(owner);
        var mail = MailedCode.Read(await JustMailedAsync(gateway));
        Assert.Equal(Greeting, (await GiveAsync(owner, asked, mail.Code)).Body);
    }

    [Fact]
    public async Task No_change_of_length_lifetime_or_secret_touches_a_code_in_flight_and_none_locks_anybody_out()
    {
        await using var gateway = await StartAsync(setup => setup
            .With("MfaGateway:Attempts:MailSends:PerHour", "1000").With("MfaGateway:Attempts:MailSends:PerDay", "1000")
            .With("MfaGateway:Attempts:MailSends:PerAddressPerHour", "1000"));
        await gateway.AddPersonAsync();
        await gateway.AddPersonAsync("bob");
        var applications = gateway.Get<ApplicationStore>();
        var settings = from digits in Enumerable.Range(6, 3) from minutes in new[] { 5, 10, 1440 } select new ApplicationSettings(digits, minutes);
        foreach (var before in settings)
        {
            foreach (var after in settings)
            {
                await SetAsync(gateway, applications, before);
                using var browser = gateway.NewBrowser();
                var asked = await AskAsync(browser);
                var mail = await MailedCode.NextAsync(gateway);
                Assert.Equal(before.Digits, mail.Code.Length);
                using var late = gateway.NewBrowser();
                var lateAsked = await AskAsync(late, "bob@example.org");
                var lateMail = await MailedCode.NextAsync(gateway, "bob@example.org");
                await SetAsync(gateway, applications, after);
                await gateway.Get<ApplicationSecrets>().TryRotateAsync("app", gateway.Time.GetUtcNow(), Trace(gateway), TestContext.Current.CancellationToken);

                gateway.Time.Advance(TimeSpan.FromMinutes(before.LifetimeMinutes) - TimeSpan.FromSeconds(1));
                Assert.Equal(Greeting, (await GiveAsync(browser, asked, mail.Code)).Body);
                gateway.Time.Advance(TimeSpan.FromSeconds(1));
                await late.SubmitAsync(lateAsked, ("code", lateMail.Code));
                Assert.DoesNotContain("mfa_session", late.Cookies.Keys);
            }
        }
    }

    [Theory]
    [InlineData("password")]
    [InlineData("address")]
    [InlineData("disabled")]
    [InlineData("signed out everywhere")]
    public async Task A_code_in_flight_ends_with_what_it_was_asked_for(string change)
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);
        var mail = await MailedCode.NextAsync(gateway);
        var token = TestContext.Current.CancellationToken;
        var account = (await gateway.Get<AccountStore>().FindAsync(ada.AccountId, token))!;
        _ = change switch
        {
            "password" => (object)await gateway.Get<AccountService>().SetPasswordAsync(account, "velvet tractor humming orbit", Actor.Command, token),
            "address" => await gateway.Get<AdministrationService>().EditAsync(account, new("ada@example.com", "Ada", []), Actor.Command, token),
            "disabled" => await gateway.Get<AdministrationService>().SetDisabledAsync(account, disabled: true, Actor.Command, token),
            _ => await gateway.Get<Core.Sessions.SessionAdministration>().EndAllAsync(account, Actor.Command, token),
        };

        await browser.SubmitAsync(asked, ("code", mail.Code));

        Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);
    }

    private static Task SetAsync(GatewayUnderTest gateway, ApplicationStore applications, ApplicationSettings settings) =>
        applications.SetSettingsAsync("app", settings, Trace(gateway), TestContext.Current.CancellationToken);

    private static ChangeTrace Trace(GatewayUnderTest gateway) => new(
        new(gateway.Time.GetUtcNow(), Core.Auditing.AuditEvents.ApplicationChanged, AccountId: null, Actor.Command.Name, ClientAddress: null, Succeeded: true, "app"), []);

    private static (HttpStatusCode, string?, string, string) Shape(Visit visit, string name) => (
        visit.Status, visit.Location, visit.Header("Retry-After") ?? string.Empty,
        visit.Page.QuerySelector("main")!.TextContent.Replace(name + "@", "x@", StringComparison.Ordinal));

    private static async Task<TestKit.Mail.ReceivedMail> JustMailedAsync(GatewayUnderTest gateway)
    {
        // How many came before is nobody's promise: a mail whose code is over by the time it could go out is not sent.
        var lately = gateway.Time.GetUtcNow() - TimeSpan.FromMinutes(1);
        await Eventually.IsAsync(() => Task.FromResult(gateway.Mail.All().Any(mail => mail.Date >= lately)));
        return gateway.Mail.All().Single(mail => mail.Date >= lately);
    }
}
