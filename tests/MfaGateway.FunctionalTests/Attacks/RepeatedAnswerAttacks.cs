using System.Net;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.FunctionalTests.MagicCodes;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>
/// A second click on a button sends the same form again, and the browser drops the answer to the first one with its cookies. The person is led
/// on all the same, by one session; a client that has the code without the browser's cookies gets nothing.
/// </summary>
public sealed class RepeatedAnswerAttacks : MagicCodeTest
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    public async Task The_same_right_code_posted_at_once_begins_one_session_and_leads_every_post_on(int posts)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser, "/notes");

        await LeadsOnAsync(gateway, ada, browser, asked, posts, "/notes", ("code", ada.CurrentCode));

        var checks = await ChecksAsync(gateway, "Totp");
        Assert.Single(checks, entry => entry.Succeeded);
        Assert.DoesNotContain(checks, entry => !entry.Succeeded);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public async Task The_same_password_posted_at_once_begins_one_session(int posts)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var page = await browser.OpenAsync("/notes");

        await LeadsOnAsync(gateway, ada, browser, page, posts, "/notes", ("username", ada.UserName), ("password", ada.Password));
    }

    [Fact]
    public async Task The_same_password_posted_twice_leads_to_one_flow()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var page = await browser.OpenAsync("/notes");

        var flows = new HashSet<string>();
        foreach (var racer in Clones(browser, 4))
        {
            var answer = await racer.SubmitAsync(page, ("username", ada.UserName), ("password", ada.Password));
            Assert.StartsWith("/_mfa/challenge/totp", answer.Location, StringComparison.Ordinal);
            flows.Add(racer.Cookies["mfa_flow"]);
        }

        Assert.Single(flows);
        Assert.Single(await ChecksAsync(gateway, "Password"));
    }

    [Fact]
    public async Task A_recovery_code_posted_twice_is_spent_once()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var atHome = gateway.NewBrowser();
        var codes = await EnrollAsync(ada, atHome, await ada.GivePasswordAsync(atHome));
        var recovery = codes.Page.QuerySelector("#recovery-codes li")!.TextContent.Trim();
        await atHome.SubmitAsync(codes, ("saved", "true"));
        gateway.Time.Advance(TimeSpan.FromMinutes(5));
        await gateway.Get<SessionStore>().EndAllAsync(ada.AccountId, exceptId: null, CancellationToken.None);

        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser, "/notes");
        var asked = await browser.OpenAsync("/_mfa/challenge/recovery-code?returnUrl=%2Fnotes");

        await LeadsOnAsync(gateway, ada, browser, asked, posts: 3, "/notes", ("code", recovery));
        Assert.Single(gateway.Mail.All(), mail => mail.Subject.Contains("recovery code", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public async Task A_mailed_code_posted_at_once_begins_one_session(int posts)
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, url: "/wiki/page");

        await LeadsOnAsync(gateway, ada, browser, asked, posts, "/wiki/page", ("code", (await MailedCode.NextAsync(gateway)).Code));
    }

    [Fact]
    public async Task A_mailed_link_confirmed_twice_begins_one_session()
    {
        await using var gateway = await StartAsync(setup => setup
            .With("MfaGateway:PublicOrigin", MailedCode.Origin).With("MfaGateway:TrustedProxies:0", "127.0.0.0/8"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        browser.Host = new Uri(MailedCode.Origin).Host;
        browser.ForwardedFor = "203.0.113.9";
        await AskAsync(browser, url: "/wiki/page");
        var page = await browser.GetAsync((await MailedCode.NextAsync(gateway)).Link!);

        await LeadsOnAsync(gateway, ada, browser, page, posts: 4, "/wiki/page");
    }

    [Fact]
    public async Task Enrolling_and_saving_go_on_after_two_clicks_each()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var page = await ada.GivePasswordAsync(browser, "/notes");
        Base32.TryDecode(page.Text("totp-secret"), out var secret);
        ada.Secret = TotpSecret.FromBytes(secret!);

        var racers = Clones(browser, 4);
        var answers = await Task.WhenAll(racers.Select(racer => racer.SubmitAsync(page, ("code", ada.CurrentCode), ("name", "Phone"))));
        Assert.All(answers, answer => Assert.StartsWith("/_mfa/enroll/recovery-codes", answer.Location, StringComparison.Ordinal));
        Assert.Single(await gateway.Get<TotpStore>().ListAsync(ada.AccountId, CancellationToken.None));

        await LeadsOnAsync(gateway, ada, browser, await browser.FollowAsync(answers[0]), posts: 4, "/notes", ("saved", "true"));
    }

    [Fact]
    public async Task A_step_up_goes_on_after_two_clicks_though_the_first_has_replaced_the_session()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("wiki", "/wiki/{**path}", "one-factor").Route("vault", "/{**path}", "fresh")
            .With("MfaGateway:Policies:fresh:Factors", "one-factor").With("MfaGateway:Policies:fresh:MaxAge", "00:05:00"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser, "/wiki/");
        gateway.Time.Advance(TimeSpan.FromMinutes(6));
        var asked = await browser.OpenAsync("/vault");

        await LeadsOnAsync(gateway, ada, browser, asked, posts: 4, "/vault", ("password", ada.Password));
    }

    [Fact]
    public async Task After_ten_seconds_the_same_post_gets_nothing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        var (action, values) = asked.Form(("code", ada.CurrentCode));
        using var first = browser.Clone();
        await first.PostAsync(action, values);

        gateway.Time.Advance(TimeSpan.FromSeconds(9));
        using var inTime = browser.Clone();
        await inTime.PostAsync(action, values);
        Assert.Equal(first.Cookies["mfa_session"], inTime.Cookies["mfa_session"]);

        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        using var late = browser.Clone();
        var answer = await late.PostAsync(action, values);
        Assert.StartsWith("/_mfa/sign-in", answer.Location, StringComparison.Ordinal);
        Assert.DoesNotContain("mfa_session", late.Cookies.Keys);
    }

    [Fact]
    public async Task Who_has_the_code_and_not_the_cookies_gets_nothing_and_who_has_the_cookies_and_not_the_code_neither()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var owner = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(owner);
        var (action, values) = asked.Form(("code", ada.CurrentCode));

        // A thief who knows the password, too, and is at the same question.
        using var thief = gateway.NewBrowser();
        var thiefs = await ada.GivePasswordAsync(thief);
        using var stolen = owner.Clone();
        using var first = owner.Clone();
        Assert.Equal(HttpStatusCode.SeeOther, (await first.PostAsync(action, values)).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(thiefs, ("code", ada.CurrentCode))).Status);
        // The owner's form, with cookies of the thief's own or with none of the flow.
        await thief.PostAsync(action, values);
        using var bare = gateway.NewBrowser();
        bare.Cookies["mfa_request"] = owner.Cookies["mfa_request"];
        await bare.PostAsync(action, values);
        // The owner's cookies, without what was typed.
        await stolen.SubmitAsync(asked, ("code", ada.WrongCode));
        await stolen.SubmitAsync(asked, ("code", ada.CodeAt(1)));

        foreach (var browser in new[] { thief, bare, stolen })
            Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);
        Assert.Single(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
    }

    [Fact]
    public async Task A_session_that_has_ended_meanwhile_is_not_given_again()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        var (action, values) = asked.Form(("code", ada.CurrentCode));
        using var first = browser.Clone();
        await first.PostAsync(action, values);
        await gateway.Get<SessionStore>().EndAllAsync(ada.AccountId, exceptId: null, CancellationToken.None);

        using var again = browser.Clone();
        var answer = await again.PostAsync(action, values);

        Assert.StartsWith("/_mfa/sign-in", answer.Location, StringComparison.Ordinal);
        Assert.DoesNotContain("mfa_session", again.Cookies.Keys);
    }

    [Fact]
    public async Task Who_signs_out_and_in_again_at_once_has_a_new_session()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser);
        var before = browser.Cookies["mfa_session"];
        await browser.SubmitAsync(await browser.OpenAsync("/_mfa/sign-out"));

        var app = await ada.GivePasswordAsync(browser);

        Assert.Equal(Greeting, app.Body);
        Assert.NotEqual(before, browser.Cookies["mfa_session"]);
    }

    [Fact]
    public async Task Wrong_answers_are_counted_each_however_alike_they_are()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);

        await Task.WhenAll(Clones(browser, 16).Select(racer => racer.SubmitAsync(asked, ("code", ada.WrongCode))));

        Assert.Equal(5, (await ChecksAsync(gateway, "Totp: wrong")).Count);
        await browser.SubmitAsync(asked, ("code", ada.CurrentCode));
        Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);
    }

    /// <summary>Posts the same form so many times at once, each with the cookies of before; then once more, as after an answer that was dropped.</summary>
    private static async Task LeadsOnAsync(
        GatewayUnderTest gateway, TestPerson person, Browser browser, Visit page, int posts, string target, params (string Name, string Value)[] fields)
    {
        var (action, values) = page.Form(fields);
        var racers = Clones(browser, posts + 1);
        var answers = (await Task.WhenAll(racers.Take(posts).Select(racer => racer.PostAsync(action, values)))).ToList();
        answers.Add(await racers[posts].PostAsync(action, values));

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.SeeOther, target), (answer.Status, answer.Location)));
        Assert.Single(racers.Select(SessionOf).Distinct(StringComparer.Ordinal));
        Assert.Single(await gateway.Get<SessionStore>().ListAsync(person.AccountId, CancellationToken.None));
        Assert.Equal(Greeting, (await racers[posts].GetAsync(target)).Body);
        foreach (var racer in racers)
            racer.Dispose();
    }

    private static string SessionOf(Browser browser) => browser.Cookies.Single(cookie => cookie.Key.EndsWith("mfa_session", StringComparison.Ordinal)).Value;

    private static Browser[] Clones(Browser browser, int count) => [.. Enumerable.Range(0, count).Select(_ => browser.Clone())];

    private static async Task<Visit> EnrollAsync(TestPerson person, Browser browser, Visit page)
    {
        Base32.TryDecode(page.Text("totp-secret"), out var secret);
        person.Secret = TotpSecret.FromBytes(secret!);
        return await browser.FollowAsync(await browser.SubmitAsync(page, ("code", person.CurrentCode)));
    }

    private static async Task<IReadOnlyList<AuditEntry>> ChecksAsync(GatewayUnderTest gateway, string detail) =>
        [.. (await gateway.Get<AuditStore>().ListAsync(before: null, 1000, CancellationToken.None))
            .Select(one => one.Entry).Where(entry => entry.Detail == detail)];
}
