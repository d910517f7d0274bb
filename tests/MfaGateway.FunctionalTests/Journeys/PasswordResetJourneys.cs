using System.Net;
using System.Text.RegularExpressions;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>Somebody forgot the password, and gets a link to a new one by mail.</summary>
public sealed partial class PasswordResetJourneys
{
    private const string Ask = "/_mfa/reset-password";
    private const string NewPassword = "velvet tractor humming orbit";
    private const string OtherPassword = "orbit humming tractor velvet";

    [Fact]
    public async Task The_link_sets_a_password_signs_nobody_in_and_leaves_the_second_factor()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var elsewhere = NewBrowser(gateway);
        await ada.SignInAsync(elsewhere);
        using var browser = NewBrowser(gateway);

        var signIn = await browser.OpenAsync("/books");
        var form = await browser.GetAsync(signIn.Page.QuerySelector("a[href*='/reset-password']")!.GetAttribute("href")!);
        var sent = await browser.SubmitAsync(form, ("email", " ADA@example.org "));
        Assert.Equal(HttpStatusCode.OK, sent.Status);
        var set = await browser.GetAsync(await NextLinkAsync(gateway));
        Assert.Equal("ada", set.Page.QuerySelector("input[autocomplete='username']")!.GetAttribute("value"));
        var done = await browser.SubmitAsync(set, ("password", NewPassword));

        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        Assert.StartsWith("/_mfa/sign-in?", done.Location, StringComparison.Ordinal);
        Assert.DoesNotContain("__Host-mfa_session", browser.Cookies.Keys);
        Assert.StartsWith("/_mfa/sign-in", (await elsewhere.OpenAsync("/books")).Url, StringComparison.Ordinal);
        Assert.StartsWith("The password of your account", (await gateway.Mail.NextAsync("ada@example.org")).Subject, StringComparison.Ordinal);

        var code = await browser.FollowAsync(await browser.SubmitAsync(await browser.FollowAsync(done), ("username", "ada"), ("password", NewPassword)));
        Assert.StartsWith("/_mfa/challenge/totp", code.Url, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(code, ("code", ada.CodeAt(1)))).Status);
        Assert.Contains("__Host-mfa_session", browser.Cookies.Keys);
    }

    [Fact]
    public async Task Only_the_newest_link_is_good_for_thirty_minutes_and_once()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        await AskAsync(browser);
        var first = await NextLinkAsync(gateway);
        gateway.Time.Advance(TimeSpan.FromSeconds(61));
        await AskAsync(browser);
        var second = await NextLinkAsync(gateway);
        Assert.False(await SetAsync(browser, first, NewPassword));

        // Looking spends nothing, as often and in whatever way.
        foreach (var method in new[] { HttpMethod.Head, HttpMethod.Get, HttpMethod.Options })
            await browser.SendAsync(new HttpRequestMessage(method, second));
        gateway.Time.Advance(PasswordResets.Lifetime - TimeSpan.FromSeconds(1));
        Assert.True(await SetAsync(browser, second, NewPassword));
        Assert.False(await SetAsync(browser, second, OtherPassword));

        await AskAsync(browser);
        var third = await NextLinkAsync(gateway);
        gateway.Time.Advance(PasswordResets.Lifetime);
        Assert.False(await SetAsync(browser, third, OtherPassword));
        Assert.Contains("/reset-password", (await browser.GetAsync(third)).Page.QuerySelector("main a[href*='/reset-password']")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_stranger_kept_the_password_closed_a_new_one_opens_it()
    {
        await using var gateway = await StartAsync(setup => setup
            .With("MfaGateway:Attempts:Password:InARow", "10").With("MfaGateway:TrustedProxies:0", "127.0.0.0/8"));
        await gateway.AddPersonAsync();
        for (var i = 0; i < 10; i++)
        {
            using var stranger = NewBrowser(gateway);
            stranger.ForwardedFor = $"198.51.100.{i}";
            await stranger.SubmitAsync(await stranger.OpenAsync("/books"), ("username", "ada"), ("password", "wrong"));
        }

        using var owner = NewBrowser(gateway);
        owner.ForwardedFor = "203.0.113.1";
        var signIn = await owner.OpenAsync("/books");
        Assert.Equal(HttpStatusCode.Unauthorized, (await owner.SubmitAsync(signIn, ("username", "ada"), ("password", TestPerson.DefaultPassword))).Status);
        await AskAsync(owner);
        Assert.True(await SetAsync(owner, await NextLinkAsync(gateway), NewPassword));

        Assert.Equal(HttpStatusCode.SeeOther, (await owner.SubmitAsync(signIn, ("username", "ada"), ("password", NewPassword))).Status);
    }

    [Theory]
    [InlineData("MfaGateway:Passwords:ResetByMail", "false")]
    [InlineData("MfaGateway:PublicOrigin", null)]
    [InlineData("MfaGateway:Policies:mailed:Factors", "two-factor +magic-code")] // one mailbox would be both factors
    public async Task Where_it_is_off_there_is_neither_link_nor_page(string key, string? value)
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:MagicCode:Enabled", "true").With(key, value));
        await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);

        var signIn = await browser.OpenAsync("/books");
        Assert.DoesNotContain("reset-password", signIn.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(Ask)).Status);
        var (_, values) = signIn.Form(("username", string.Empty));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PostAsync(Ask, [.. values, new("email", "ada@example.org")])).Status);
        Assert.Empty(gateway.Mail.All());
    }

    [Fact]
    public async Task Nobody_a_disabled_person_and_whoever_has_had_enough_mails_get_the_same_page()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        await (await gateway.AddPersonAsync("off")).DisableAsync();
        var pages = new List<string>();
        foreach (var name in new[] { "ada", "ada", "off", "nob" })
        {
            using var browser = NewBrowser(gateway);
            var sent = await AskAsync(browser, $"{name}@example.org");
            pages.Add($"{sent.Status} {string.Join(',', browser.Cookies.Keys)} {sent.Page.QuerySelector("main")!.TextContent}");
        }

        Assert.Single(pages.Distinct(StringComparer.Ordinal));
        // Ada's second one waits for the end of the minute.
        Assert.Equal(2, (await gateway.Get<AuditStore>().ListAsync(before: null, 100, TestContext.Current.CancellationToken)).Count(entry => entry.Entry.Event == "password.reset-sent"));

        // Links go out in the order of their times: once Bob's is there, those that were asked for before would be, too.
        await gateway.AddPersonAsync("bob");
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        using var bob = NewBrowser(gateway);
        await AskAsync(bob, "bob@example.org");
        await gateway.Mail.NextAsync("bob@example.org");
        Assert.Equal(["ada@example.org", "bob@example.org"], gateway.Mail.All().Select(mail => mail.ToAddress).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_link_that_waits_for_the_end_of_the_minute_leaves_the_one_that_came_good()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        await AskAsync(browser);
        var came = await NextLinkAsync(gateway);

        using var stranger = NewBrowser(gateway);
        await AskAsync(stranger); // within a minute: its mail waits

        Assert.True(await SetAsync(browser, came, NewPassword));
    }

    [Fact]
    public async Task What_is_asked_for_within_a_minute_of_another_mail_comes_at_its_end_and_once()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        await AskAsync(browser);
        await NextLinkAsync(gateway);

        for (var time = 0; time < 3; time++)
        {
            gateway.Time.Advance(TimeSpan.FromSeconds(15));
            await AskAsync(browser);
        }

        // In the order of their times: once Bob's is there, what was due before would be, too.
        await gateway.AddPersonAsync("bob");
        gateway.Time.Advance(TimeSpan.FromSeconds(14));
        await AskAsync(browser, "bob@example.org");
        await gateway.Mail.NextAsync("bob@example.org");
        Assert.Single(gateway.Mail.All(), mail => mail.ToAddress == "ada@example.org");

        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        var waited = await NextLinkAsync(gateway);
        Assert.Equal(2, gateway.Mail.All().Count(mail => mail.ToAddress == "ada@example.org"));
        gateway.Time.Advance(PasswordResets.Lifetime - TimeSpan.FromSeconds(1));
        Assert.True(await SetAsync(browser, waited, NewPassword));
    }

    [Fact]
    public async Task After_a_mail_that_waited_the_next_one_waits_for_its_minute_too()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        await AskAsync(browser);
        await NextLinkAsync(gateway);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await AskAsync(browser);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await NextLinkAsync(gateway);

        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(browser);
        gateway.Time.Advance(TimeSpan.FromSeconds(58));
        await gateway.AddPersonAsync("bob");
        await AskAsync(browser, "bob@example.org");
        await gateway.Mail.NextAsync("bob@example.org");
        Assert.Equal(2, gateway.Mail.All().Count(mail => mail.ToAddress == "ada@example.org"));
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        await NextLinkAsync(gateway);
    }

    [Fact]
    public async Task The_request_does_not_choose_the_recipient()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        foreach (var typed in new[] { "ada@example.org,eve@evil.example", "ada@example.org\r\nBcc: eve@evil.example", "Ada <ada@example.org>", "ada", "" })
            Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(browser, typed)).Status);

        var (action, values) = (await browser.GetAsync(Ask)).Form(("email", "ada@example.org"));
        await browser.PostAsync(action, [.. values, new("email", "eve@evil.example"), new("to", "eve@evil.example")]);
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync(action, values)).Status);

        var mail = await gateway.Mail.NextAsync();
        Assert.Equal("ada@example.org", mail.ToAddress);
        Assert.All(gateway.Mail.All(), one => Assert.Equal("ada@example.org", one.ToAddress));
    }

    [Theory]
    [InlineData("Host", "evil.example", true)]
    [InlineData("X-Forwarded-Host", "evil.example", false)] // no proxy is trusted, so it is not looked at
    [InlineData("X-Host", "evil.example", false)]
    [InlineData("X-Original-Host", "evil.example", false)]
    [InlineData("Forwarded", "host=evil.example;proto=https", false)]
    public async Task The_request_does_not_choose_the_host_of_the_link(string header, string value, bool isRefused)
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        await gateway.AddPersonAsync("bob");
        using var browser = NewBrowser(gateway);
        var (action, values) = (await browser.GetAsync(Ask)).Form(("email", "ada@example.org"));

        var asked = await browser.PostAsync(action, values, request =>
        {
            request.Headers.Remove(header);
            request.Headers.Add(header, value);
        });
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(browser, "bob@example.org");
        await gateway.Mail.NextAsync("bob@example.org"); // asked for later, so what was to go out before is there

        Assert.Equal(isRefused ? HttpStatusCode.MisdirectedRequest : HttpStatusCode.OK, asked.Status);
        Assert.Equal(isRefused ? 1 : 2, gateway.Mail.All().Count);
        Assert.All(gateway.Mail.All(), mail =>
        {
            Assert.Contains("https://apps.example.org/_mfa/reset-password/set?token=", mail.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("evil.example", mail.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Of_twenty_parallel_uses_of_a_link_one_sets_the_password()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        await AskAsync(browser);
        var link = await NextLinkAsync(gateway);
        var form = await browser.GetAsync(link);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => browser.SubmitAsync(form, ("password", $"{NewPassword} {i}"))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.SeeOther);
    }

    private static Task<GatewayUnderTest> StartAsync(Action<GatewaySetup>? more = null) => GatewayUnderTest.StartAsync(setup =>
    {
        setup.Https = true;
        setup.With("MfaGateway:PublicOrigin", "https://apps.example.org");
        more?.Invoke(setup);
    });

    private static Browser NewBrowser(GatewayUnderTest gateway)
    {
        var browser = gateway.NewBrowser();
        browser.Host = "apps.example.org";
        return browser;
    }

    private static async Task<Visit> AskAsync(Browser browser, string email = "ada@example.org") =>
        await browser.SubmitAsync(await browser.GetAsync(Ask), ("email", email));

    private static async Task<bool> SetAsync(Browser browser, string link, string password)
    {
        var page = await browser.GetAsync(link);
        return page.Page.Forms.Length > 0 && (await browser.SubmitAsync(page, ("password", password))).Status == HttpStatusCode.SeeOther;
    }

    private static async Task<string> NextLinkAsync(GatewayUnderTest gateway)
    {
        while (true)
        {
            var mail = await gateway.Mail.NextAsync("ada@example.org");
            if (LinkPattern().Match(mail.Text) is { Success: true } link)
                return link.Groups["path"].Value;
        }
    }

    [GeneratedRegex(@"https://apps\.example\.org(?<path>/_mfa/reset-password/set\?token=[A-Za-z0-9_-]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinkPattern();
}
