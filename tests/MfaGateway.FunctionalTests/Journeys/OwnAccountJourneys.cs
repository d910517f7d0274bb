using System.Net;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Sessions;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>Recovery codes, sessions and the password, looked after by the person they belong to.</summary>
public class OwnAccountJourneys
{
    private const string Account = "/_mfa/account";

    [Fact]
    public async Task New_recovery_codes_are_shown_once_and_take_the_place_of_the_old_ones()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:SiteName", "Tea & Sons"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        using var elsewhere = gateway.NewBrowser();
        var old = await EnrolAsync(gateway, ada, browser);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await ada.SignInAsync(elsewhere);

        var page = await browser.GetAsync($"{Account}/recovery-codes");
        Assert.Equal("10", page.Text("codes-left"));
        Assert.Null(page.Text("few"));
        var made = await browser.PostAsync($"{Account}/recovery-codes/regenerate", page.Form().Values);
        Assert.Equal(HttpStatusCode.SeeOther, made.Status);
        Assert.StartsWith("/_mfa/enroll/recovery-codes", made.Location, StringComparison.Ordinal);

        var shown = await browser.FollowAsync(made);
        var codes = CodesOf(shown);
        Assert.Equal(10, codes.Length);
        Assert.Empty(codes.Intersect(old));
        Assert.Equal(HttpStatusCode.Found, (await elsewhere.GetAsync("/")).Status);

        // The file names the site, the person and the day, and is gone with the page.
        var file = await browser.GetAsync("/_mfa/enroll/recovery-codes/file");
        Assert.Equal("text/plain", file.ContentHeaders.ContentType!.MediaType);
        Assert.Equal("attachment", file.ContentHeaders.ContentDisposition!.DispositionType);
        Assert.Equal("no-store", file.Header("Cache-Control"));
        foreach (var text in new[] { "Tea & Sons", "ada", "2026-03-02" }.Concat(codes))
            Assert.Contains(text, file.Body, StringComparison.Ordinal);

        var before = browser.Cookies["mfa_session"];
        var saved = await browser.SubmitAsync(shown, ("saved", "on"));
        Assert.Equal($"{Account}/recovery-codes?notice=recovery-codes-made", saved.Location);
        Assert.NotEqual(before, browser.Cookies["mfa_session"]);
        var gone = await browser.GetAsync("/_mfa/enroll/recovery-codes/file");
        Assert.Equal(HttpStatusCode.SeeOther, gone.Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/_mfa/enroll/recovery-codes")).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, (await UseAsync(gateway, ada, old[0])).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await UseAsync(gateway, ada, codes[0])).Status);
    }

    [Fact]
    public async Task A_lost_phone_costs_one_code_and_what_the_phone_shows_is_worth_nothing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var codes = await EnrolAsync(gateway, ada, browser);
        gateway.Time.Advance(TimeSpan.FromMinutes(5));

        var asked = await browser.OpenAsync("/_mfa/sign-out");
        await browser.SubmitAsync(asked);
        Assert.Equal("/notes", (await UseAsync(gateway, ada, codes[3].ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal))).Location);
        foreach (var steps in new[] { -1, 0, 1 })
        {
            using var thief = gateway.NewBrowser();
            var page = await ada.GivePasswordAsync(thief);
            Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(page, ("code", ada.CodeAt(steps)))).Status);
        }

        Assert.Equal(9, (await gateway.Get<RecoveryCodeStore>().FindSetAsync(ada.AccountId, CancellationToken.None))!.Remaining);
    }

    [Fact]
    public async Task At_three_codes_left_the_account_page_says_so_and_with_none_the_code_page_says_what_to_do()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:RecoveryCodes:Count", "5"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var codes = await EnrolAsync(gateway, ada, browser);

        for (var used = 0; used < codes.Length; used++)
        {
            var page = await browser.GetAsync(Account);
            Assert.Equal(5 - used > 3, page.Text("few-codes") is null);
            Assert.StartsWith($"{5 - used} left", page.Text("recovery-codes-state"), StringComparison.Ordinal);
            await UseAsync(gateway, ada, codes[used]);
        }

        using var lost = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(lost);
        var none = await lost.GetAsync(asked.Page.QuerySelector("a[href*='recovery-code']")!.GetAttribute("href")!);
        Assert.NotNull(none.Text("none-left"));
        Assert.Null(none.Page.QuerySelector("input[name=code]"));
        Assert.Contains("/challenge/totp", none.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everywhere_one_is_signed_in_can_be_seen_and_ended_one_by_one()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var laptop = gateway.NewBrowser();
        using var phone = gateway.NewBrowser();
        await ada.SignInAsync(laptop);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await ada.SignInAsync(phone);

        var list = await phone.GetAsync($"{Account}/sessions");
        var items = list.Page.QuerySelectorAll(".item");
        Assert.Equal(2, items.Length);
        Assert.Contains("This one", items[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("From 127.0.0.1", items[1].TextContent, StringComparison.Ordinal);
        var id = items[1].QuerySelector("input[name=id]")!.GetAttribute("value")!;
        var ended = await phone.SubmitAsync(list, ("id", id));

        Assert.Equal(HttpStatusCode.SeeOther, ended.Status);
        Assert.Equal($"{Account}/sessions?notice=session-ended", ended.Location);
        Assert.Equal(HttpStatusCode.Found, (await laptop.GetAsync("/")).Status);
        Assert.Single((await phone.FollowAsync(ended)).Page.QuerySelectorAll(".item"));
    }

    [Fact]
    public async Task All_others_end_at_once_and_a_copy_of_this_ones_cookie_with_them()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var other = gateway.NewBrowser();
        using var mine = gateway.NewBrowser();
        await ada.SignInAsync(other);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        var page = await ada.SignInAsync(mine, Account);
        using var copy = mine.Clone();

        var ended = await mine.PostAsync($"{Account}/sessions/end-others", page.Form().Values);

        Assert.Equal($"{Account}/sessions?notice=sessions-ended", ended.Location);
        Assert.Equal("hello from upstream", (await mine.GetAsync("/")).Body);
        foreach (var browser in new[] { other, copy })
            Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).Status);
        Assert.Single(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
    }

    [Fact]
    public async Task A_known_browser_is_listed_and_forgotten_without_a_fresh_proof()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var overview = await ada.SignInAsync(browser, Account);
        Assert.NotNull(overview.Page.QuerySelector($"a[href='{Account}/browsers']"));
        gateway.Time.Advance(TimeSpan.FromMinutes(20));

        var list = await browser.GetAsync($"{Account}/browsers");
        var item = Assert.Single(list.Page.QuerySelectorAll(".item"));
        foreach (var text in new[] { "This one", "From 127.0.0.1", "Known since", "Last sign-in" })
            Assert.Contains(text, item.TextContent, StringComparison.Ordinal);
        var forgotten = await browser.SubmitAsync(list);

        Assert.Equal(HttpStatusCode.SeeOther, forgotten.Status);
        Assert.Equal($"{Account}/browsers?notice=browser-forgotten", forgotten.Location);
        Assert.Empty((await browser.FollowAsync(forgotten)).Page.QuerySelectorAll(".item"));
        Assert.Equal("hello from upstream", (await browser.GetAsync("/")).Body);
        Assert.Contains("Forgot a known browser", (await browser.GetAsync($"{Account}/activity")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_password_counts_at_once_and_leaves_nobody_else_signed_in()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var other = gateway.NewBrowser();
        using var mine = gateway.NewBrowser();
        await ada.SignInAsync(other);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        var form = await ada.SignInAsync(mine, $"{Account}/password");
        var before = mine.Cookies["mfa_session"];

        var wrong = await mine.SubmitAsync(form, ("currentPassword", "not the one at all"), ("newPassword", "another-Brass-kettle-17"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.NotNull(wrong.Text("current-fault"));
        var weak = await mine.SubmitAsync(wrong, ("currentPassword", ada.Password), ("newPassword", "ada-ada-ada-ada"));
        Assert.Equal(HttpStatusCode.BadRequest, weak.Status);
        Assert.NotNull(weak.Text("new-fault"));
        var same = await mine.SubmitAsync(weak, ("currentPassword", ada.Password), ("newPassword", ada.Password));
        Assert.Equal(HttpStatusCode.BadRequest, same.Status);
        Assert.Equal("hello from upstream", (await other.GetAsync("/")).Body);

        var changed = await mine.SubmitAsync(same, ("currentPassword", ada.Password), ("newPassword", "another-Brass-kettle-17"));
        Assert.Equal(HttpStatusCode.SeeOther, changed.Status);
        Assert.Equal($"{Account}?notice=password-changed", changed.Location);
        Assert.NotEqual(before, mine.Cookies["mfa_session"]);
        Assert.Equal("hello from upstream", (await mine.GetAsync("/")).Body);
        Assert.Equal(HttpStatusCode.Found, (await other.GetAsync("/")).Status);

        using var visitor = gateway.NewBrowser();
        var signIn = await visitor.OpenAsync("/");
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.SubmitAsync(signIn, ("username", "ada"), ("password", ada.Password))).Status);
        Assert.Equal(
            HttpStatusCode.SeeOther, (await visitor.SubmitAsync(signIn, ("username", "ada"), ("password", "another-Brass-kettle-17"))).Status);
    }

    [Fact]
    public async Task Ones_own_activity_is_told_in_words_page_by_page_and_nobody_elses()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var eve = await (await gateway.AddPersonAsync("eve")).WithAuthenticatorAsync();
        var audit = gateway.Get<AuditStore>();
        for (var number = 0; number < 30; number++)
        {
            await audit.AppendAsync(
                new(gateway.Time.GetUtcNow(), AuditEvents.PasswordSet, number % 2 == 0 ? ada.AccountId : eve.AccountId, "command", null, true, null),
                CancellationToken.None);
        }

        using var browser = gateway.NewBrowser();
        var page = await ada.SignInAsync(browser, $"{Account}/activity");
        var sentences = page.Page.QuerySelectorAll("#activity li").Select(item => item.TextContent).ToList();
        Assert.Contains("Signed in with a second factor", sentences[0], StringComparison.Ordinal);
        Assert.Contains("From 127.0.0.1", sentences[0], StringComparison.Ordinal);
        Assert.Contains(sentences, sentence => sentence.Contains("By an administrator", StringComparison.Ordinal));
        Assert.Equal(15, sentences.Count(sentence => sentence.Contains("Password set", StringComparison.Ordinal)));

        for (var number = 0; number < 20; number++)
            await audit.AppendAsync(new(gateway.Time.GetUtcNow(), AuditEvents.PasswordSet, ada.AccountId, ada.AccountId, null, true, null), CancellationToken.None);
        page = await browser.GetAsync($"{Account}/activity");
        Assert.Equal(25, page.Page.QuerySelectorAll("#activity li").Length);
        var older = await browser.GetAsync(page.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        Assert.InRange(older.Page.QuerySelectorAll("#activity li").Length, 12, 25);
        Assert.Null(older.Page.QuerySelector("a[rel=next]"));
        Assert.DoesNotContain(eve.AccountId, older.Body + page.Body, StringComparison.Ordinal);
    }

    /// <summary>Enrols the first phone as a person does.</summary>
    /// <returns>The recovery codes.</returns>
    private static async Task<string[]> EnrolAsync(GatewayUnderTest gateway, TestPerson ada, Browser browser)
    {
        var enrol = await ada.GivePasswordAsync(browser);
        Assert.True(Core.Factors.Totp.Base32.TryDecode(enrol.Text("totp-secret")!.Replace(" ", "", StringComparison.Ordinal), out var bytes));
        ada.Secret = Core.Factors.Totp.TotpSecret.FromBytes(bytes);
        var codes = await browser.FollowAsync(await browser.SubmitAsync(enrol, ("code", ada.CurrentCode)));
        await browser.SubmitAsync(codes, ("saved", "true"));
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        return CodesOf(codes);
    }

    private static string[] CodesOf(Visit page) => [.. page.Page.QuerySelectorAll("#recovery-codes li").Select(code => code.TextContent)];

    private static async Task<Visit> UseAsync(GatewayUnderTest gateway, TestPerson ada, string code)
    {
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser, "/notes");
        var lost = await browser.GetAsync(asked.Page.QuerySelector("a[href*='recovery-code']")!.GetAttribute("href")!);
        return await browser.SubmitAsync(lost, ("code", code));
    }
}
