using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Throttling;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>Whoever answers for it all looks after the people, with a browser and no scripts.</summary>
public sealed class AdministrationJourneys : IAsyncLifetime
{
    private const string Password = "velvet tractor humming orbit";

    private GatewayUnderTest _gateway = null!;
    private TestPerson _root = null!;
    private Browser _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.StartAsync();
        _root = await (await _gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        _admin = _gateway.NewBrowser();
        Assert.Equal("/_mfa/admin", (await _root.SignInAsync(_admin, "/_mfa/admin")).Url);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_new_colleague_is_invited_signs_in_and_is_found_in_the_list()
    {
        var invited = await _admin.SubmitAsync(
            await _admin.GetAsync("/_mfa/admin/invite"),
            ("username", "grace"), ("email", "grace@example.org"), ("name", "Grace Hopper"), ("groups", "navy, staff"));
        var link = invited.Text("link")!;
        using var graces = _gateway.NewBrowser();
        await graces.SubmitAsync(await graces.GetAsync(link), ("password", Password));
        var signIn = await graces.SubmitAsync(await graces.OpenAsync("/"), ("username", "grace"), ("password", Password));
        Assert.StartsWith("/_mfa/enroll/totp", signIn.Location, StringComparison.Ordinal);

        var found = await _admin.GetAsync("/_mfa/admin?query=hopper");
        var row = Assert.Single(found.Page.QuerySelectorAll("#people tbody tr"));
        Assert.Contains("grace@example.org", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("navy, staff", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("No second factor", row.TextContent, StringComparison.Ordinal);
        Assert.Equal("1 person found", found.Text("total")!.Split('\n')[0].Trim());
        var person = await _admin.GetAsync(row.QuerySelector("a")!.GetAttribute("href")!);
        Assert.Contains("Account added: invited", person.Text("entries"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_with_many_groups_takes_three_names_in_the_list_and_shows_all_on_the_own_page()
    {
        var groups = Enumerable.Range(1, 300).Select(number => $"department-{number}").ToArray();
        var ada = await _gateway.AddPersonAsync("ada", groups);

        var list = await _admin.GetAsync("/_mfa/admin?query=ada@");
        var cell = Assert.Single(list.Page.QuerySelectorAll("#people tbody tr")).QuerySelector("td:nth-child(2)")!;
        Assert.Contains("department-1, department-2, department-3", cell.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("department-4", cell.TextContent, StringComparison.Ordinal);
        Assert.Equal("+297", cell.QuerySelector("a")!.TextContent);

        var person = await _admin.GetAsync(PageOf(ada));
        Assert.Equal(groups, person.Page.QuerySelectorAll("#groups li").Select(group => group.TextContent));
        Assert.Equal("Show all 300", person.Page.QuerySelector("#groups details summary")!.TextContent);
        Assert.Equal(10, person.Page.QuerySelectorAll("#groups > .chips li").Length);
    }

    [Fact]
    public async Task What_is_wrong_with_an_invitation_is_marked_where_it_is_and_nothing_typed_is_lost()
    {
        var refused = await _admin.SubmitAsync(
            await _admin.GetAsync("/_mfa/admin/invite"), ("username", "ROOT"), ("email", "nobody"), ("name", "Grace"), ("groups", "navy"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("taken", refused.Text("username-fault"), StringComparison.Ordinal);
        Assert.NotNull(refused.Text("email-fault"));
        Assert.Equal("Grace", refused.Page.GetElementById("name")!.GetAttribute("value"));
        Assert.Equal("navy", refused.Page.GetElementById("groups")!.GetAttribute("value"));
    }

    [Fact]
    public async Task A_leaver_is_disabled_and_out_at_once_and_comes_back_when_enabled()
    {
        var ada = await (await _gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        using var adas = _gateway.NewBrowser();
        await ada.SignInAsync(adas);

        var asked = await _admin.GetAsync(PageOf(ada, "/disable"));
        var done = await _admin.FollowAsync(await _admin.SubmitAsync(asked));
        Assert.Equal("Disabled, and signed out everywhere.", done.Text("notice"));
        Assert.Contains("Disabled", done.Text("state"), StringComparison.Ordinal);
        Assert.StartsWith("/_mfa/sign-in", (await adas.GetAsync("/")).Location, StringComparison.Ordinal);
        Assert.Contains("Disabled", (await _admin.GetAsync("/_mfa/admin?state=disabled")).Text("people"), StringComparison.Ordinal);

        await _admin.PostAsync(PageOf(ada, "/enable"), done.Form().Values);
        _gateway.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("hello from upstream", (await ada.SignInAsync(adas)).Body);
    }

    [Fact]
    public async Task Whoever_is_locked_out_by_wrong_passwords_is_unlocked_and_signs_in()
    {
        var ada = await (await _gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        using var adas = _gateway.NewBrowser();
        _gateway.Get<AttemptOptions>().PerAddress.Count = 100; // An unlock opens the account; the limit of a network stays.
        for (var wrong = 0; wrong < 10; wrong++)
            await adas.SubmitAsync(await adas.OpenAsync("/"), ("username", "ada"), ("password", "wrong"));
        Assert.Null((await ada.GivePasswordAsync(adas)).Page.GetElementById("code"));

        var locked = await _admin.GetAsync(PageOf(ada));
        Assert.Contains("Passwords from unknown browsers", locked.Text("locks"), StringComparison.Ordinal);
        Assert.Contains("Closed until 2026-03-02 09:15 UTC", locked.Text("locks"), StringComparison.Ordinal);
        Assert.Contains("A network address with too many wrong passwords stays limited", locked.Text("unlock-hint"), StringComparison.Ordinal);
        Assert.Equal("Locked until 2026-03-02 09:15 UTC", await LockedInListAsync());
        var done = await _admin.FollowAsync(await _admin.SubmitAsync(locked));

        Assert.Equal(
            "Unlocked: wrong passwords and codes are forgotten. A network address with too many wrong passwords stays limited, for a day at most.",
            done.Text("notice"));
        Assert.Null(done.Page.GetElementById("locks"));
        Assert.Null(await LockedInListAsync());
        Assert.Contains("Account unlocked", done.Text("entries"), StringComparison.Ordinal);
        Assert.Equal("hello from upstream", (await ada.SignInAsync(adas)).Body);
    }

    [Fact]
    public async Task Whoever_is_guessed_at_is_shown_with_the_time_when_codes_are_taken_again()
    {
        var ada = await (await _gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        await GuessAsync(ada, 5);
        await GuessAsync(ada, 5);

        var locked = await _admin.GetAsync(PageOf(ada));
        Assert.Matches(@"^Codes\s+Closed until\s+2026-03-02 09:15 UTC$", locked.Text("locks"));
        Assert.Equal("Locked until 2026-03-02 09:15 UTC", await LockedInListAsync());

        _gateway.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        await ComeBackAsync();
        Assert.NotNull(await LockedInListAsync());
        _gateway.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await LockedInListAsync());
        Assert.Null((await _admin.GetAsync(PageOf(ada))).Page.GetElementById("locks"));
    }

    [Fact]
    public async Task A_factor_that_is_suspended_is_shown_until_an_administrator_unlocks()
    {
        var ada = await (await _gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        var limits = _gateway.Get<AttemptOptions>();
        (limits.PerChallenge, limits.PerAccount.Count, limits.PerAccount.InARow) = (10, 100, 10);
        await GuessAsync(ada, 10);
        _gateway.Time.Advance(TimeSpan.FromDays(30));
        await ComeBackAsync();

        var locked = await _admin.GetAsync(PageOf(ada));
        Assert.Matches(@"^Codes of authenticators\s+Suspended until unlocked$", locked.Text("locks"));
        Assert.Equal("Locked until unlocked", await LockedInListAsync());
        using var adas = _gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await adas.SubmitAsync(await ada.GivePasswordAsync(adas), ("code", ada.CurrentCode))).Status);

        await _admin.SubmitAsync(locked);
        Assert.Null(await LockedInListAsync());
        Assert.Equal("hello from upstream", (await ada.SignInAsync(adas)).Body);
    }

    [Fact]
    public async Task A_lost_phone_is_helped_with_a_reason_and_a_code_that_is_shown_once()
    {
        var ada = await (await _gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        using var adas = _gateway.NewBrowser();
        await ada.SignInAsync(adas);
        var form = await _admin.GetAsync(PageOf(ada, "/reset"));

        var unsure = await _admin.SubmitAsync(form, ("reason", "phone lost"));
        Assert.Equal(HttpStatusCode.BadRequest, unsure.Status);
        Assert.NotNull(unsure.Text("confirm-fault"));
        var unreasoned = await _admin.SubmitAsync(form, ("reason", " "), ("confirm", "true"));
        Assert.Equal(HttpStatusCode.BadRequest, unreasoned.Status);
        Assert.NotNull(unreasoned.Text("reason-fault"));
        Assert.Single(await _gateway.Get<TotpStore>().ListAsync(ada.AccountId, CancellationToken.None));

        var reset = await _admin.SubmitAsync(form, ("reason", "phone lost"), ("confirm", "true"));
        var code = reset.Text("enrollment-code")!;
        Assert.StartsWith("/_mfa/sign-in", (await adas.GetAsync("/")).Location, StringComparison.Ordinal);
        Assert.DoesNotContain(code, (await _admin.GetAsync(PageOf(ada))).Body, StringComparison.Ordinal);
        Assert.Contains("Needs the code", (await _admin.GetAsync(PageOf(ada))).Text("state"), StringComparison.Ordinal);

        var asked = await ada.GivePasswordAsync(adas);
        var enrol = await adas.FollowAsync(await adas.SubmitAsync(asked, ("code", code)));
        Assert.NotNull(enrol.Text("totp-secret"));
    }

    [Fact]
    public async Task A_break_in_is_answered_by_ending_one_session_and_then_all()
    {
        var ada = await (await _gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        using var one = _gateway.NewBrowser();
        using var two = _gateway.NewBrowser();
        await ada.SignInAsync(one);
        _gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await ada.SignInAsync(two);
        var person = await _admin.GetAsync(PageOf(ada));
        Assert.Equal(2, person.Page.QuerySelectorAll("#sessions > li").Length);

        var ended = await _admin.FollowAsync(await _admin.SubmitAsync(person, ("session", FirstSession(person))));
        Assert.Equal("That session has ended.", ended.Text("notice"));
        Assert.Single(ended.Page.QuerySelectorAll("#sessions > li"));
        Assert.Single(new[] { await one.GetAsync("/"), await two.GetAsync("/") }, visit => visit.Status == HttpStatusCode.OK);

        var all = await _admin.FollowAsync(await _admin.PostAsync(PageOf(ada, "/end-sessions"), ended.Form().Values));
        Assert.Equal("Signed out everywhere.", all.Text("notice"));
        Assert.Null(all.Page.GetElementById("sessions"));
        Assert.All(new[] { await one.GetAsync("/"), await two.GetAsync("/") }, visit => Assert.Equal(HttpStatusCode.Found, visit.Status));
    }

    [Fact]
    public async Task Address_name_and_groups_are_edited_and_both_addresses_are_told()
    {
        var ada = await (await _gateway.AddPersonAsync("ada", "staff")).WithAuthenticatorAsync();
        var form = await _admin.GetAsync(PageOf(ada, "/edit"));

        var refused = await _admin.SubmitAsync(form, ("email", "root@example.org"), ("name", "Ada L."), ("groups", "staff"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("Another account", refused.Text("email-fault"), StringComparison.Ordinal);
        Assert.Equal("Ada L.", refused.Page.GetElementById("name")!.GetAttribute("value"));

        var saved = await _admin.FollowAsync(await _admin.SubmitAsync(form, ("email", "countess@example.org"), ("name", "Ada L."), ("groups", "finance,ops")));
        Assert.Equal("Saved.", saved.Text("notice"));
        Assert.Equal(["finance", "ops"], saved.Page.QuerySelectorAll("#groups li").Select(group => group.TextContent));
        Assert.Contains("Account edited: display name, address, groups +finance +ops -staff", saved.Text("entries"), StringComparison.Ordinal);
        Assert.Contains("changed", (await _gateway.Mail.NextAsync("ada@example.org")).Subject, StringComparison.Ordinal);
        Assert.Contains("changed", (await _gateway.Mail.NextAsync("countess@example.org")).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_of_what_somebody_else_changed_meanwhile_is_not_done_and_shows_how_it_is_now()
    {
        var ada = await _gateway.AddPersonAsync("ada", "staff");
        var form = await _admin.GetAsync(PageOf(ada, "/edit"));
        await _admin.SubmitAsync(form, ("email", "ada@example.org"), ("name", "First"), ("groups", "staff"));

        var late = await _admin.SubmitAsync(form, ("email", "ada@example.org"), ("name", "Second"), ("groups", "staff"));

        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("This was changed meanwhile", late.Text("error"), StringComparison.Ordinal);
        Assert.Equal("First", late.Page.GetElementById("name")!.GetAttribute("value"));
    }

    [Fact]
    public async Task The_last_administrator_stays_whatever_the_pages_are_told()
    {
        var disable = await _admin.SubmitAsync(await _admin.GetAsync(PageOf(_root, "/disable")));
        var leave = await _admin.SubmitAsync(
            await _admin.GetAsync(PageOf(_root, "/edit")), ("email", "root@example.org"), ("name", "root"), ("groups", "staff"));

        Assert.All(new[] { disable, leave }, refused =>
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.Status);
            Assert.StartsWith("This is the last administrator.", refused.Text("error"), StringComparison.Ordinal);
        });
        Assert.Equal(HttpStatusCode.OK, (await _admin.GetAsync("/_mfa/admin")).Status);
    }

    [Fact]
    public async Task Whoever_becomes_an_administrator_or_ceases_to_be_one_is_it_from_the_next_request_on()
    {
        var ada = await (await _gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        using var adas = _gateway.NewBrowser();
        await ada.SignInAsync(adas);
        Assert.Equal(HttpStatusCode.Forbidden, (await adas.GetAsync("/_mfa/admin")).Status);

        await SetGroupsAsync(ada, "admins");
        Assert.Equal(HttpStatusCode.OK, (await adas.GetAsync("/_mfa/admin")).Status);

        await SetGroupsAsync(ada, "");
        Assert.Equal(HttpStatusCode.Forbidden, (await adas.GetAsync("/_mfa/admin")).Status);
    }

    [Fact]
    public async Task A_form_sent_after_a_quarter_of_an_hour_asks_for_the_proofs_again_does_nothing_and_leads_back_to_its_page()
    {
        var ada = await _gateway.AddPersonAsync("ada");
        var form = await _admin.GetAsync(PageOf(ada, "/disable"));
        _gateway.Time.Advance(TimeSpan.FromMinutes(16));

        var late = await _admin.SubmitAsync(form);
        Assert.Equal(HttpStatusCode.SeeOther, late.Status);
        var asked = await _admin.FollowAsync(late);
        Assert.StartsWith("/_mfa/challenge/password", asked.Url, StringComparison.Ordinal);
        var code = await _admin.FollowAsync(await _admin.SubmitAsync(asked, ("password", _root.Password)));
        var back = await _admin.FollowAsync(await _admin.SubmitAsync(code, ("code", _root.CurrentCode)));

        Assert.Equal(PageOf(ada, "/disable"), back.Url);
        Assert.False((await _gateway.Get<AccountStore>().FindAsync(ada.AccountId, CancellationToken.None))!.Disabled);
        Assert.Equal(HttpStatusCode.SeeOther, (await _admin.SubmitAsync(back)).Status);
    }

    [Fact]
    public async Task Pages_of_many_people_lead_on_and_back()
    {
        var administration = _gateway.Get<AdministrationService>();
        for (var number = 0; number < 120; number++)
        {
            await administration.InviteAsync(
                $"person{number:D3}", new AccountDetails($"p{number}@example.org", string.Empty, ["crowd"]), Actor.Command, CancellationToken.None);
        }

        var first = await _admin.GetAsync("/_mfa/admin?group=crowd");
        Assert.Equal("120 people found", first.Text("total")!.Split('\n')[0].Trim());
        Assert.Equal(50, Rows(first).Length);
        Assert.Null(first.Page.QuerySelector("a[rel=prev]"));
        var second = await FollowAsync(first, "next");
        var third = await FollowAsync(second, "next");
        Assert.Equal(20, Rows(third).Length);
        Assert.Null(third.Page.QuerySelector("a[rel=next]"));
        var back = await FollowAsync(third, "prev");
        Assert.Equal(Rows(second), Rows(back));
        Assert.Equal(Rows(first), Rows(await FollowAsync(back, "prev")));

        Task<Visit> FollowAsync(Visit page, string direction) => _admin.GetAsync(page.Page.QuerySelector($"a[rel={direction}]")!.GetAttribute("href")!);
        static string[] Rows(Visit page) => [.. page.Page.QuerySelectorAll("#people tbody tr strong").Select(name => name.TextContent)];
    }

    [Fact]
    public async Task The_audit_log_is_looked_through_by_person_kind_result_and_day()
    {
        var ada = await _gateway.AddPersonAsync("ada");
        using var stranger = _gateway.NewBrowser();
        await stranger.SubmitAsync(await stranger.OpenAsync("/"), ("username", "ada"), ("password", "wrong"));
        await _admin.SubmitAsync(await _admin.GetAsync(PageOf(ada, "/disable")));

        Assert.Contains("Account disabled", await EntriesAsync("?user=ADA&event=account"), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong password", await EntriesAsync("?user=ada&event=account"), StringComparison.Ordinal);
        Assert.Contains("Gave a wrong password", await EntriesAsync("?user=ada&result=refused"), StringComparison.Ordinal);
        Assert.Contains("by root", await EntriesAsync("?by=root&user=ada"), StringComparison.Ordinal);
        Assert.Contains("Account added", await EntriesAsync("?by=command&from=2026-03-02&until=2026-03-02"), StringComparison.Ordinal);
        foreach (var nothing in new[] { "?user=nobody", "?user=-", "?until=2026-03-01", "?from=2026-03-03", "?address=192.0.2.9" })
            Assert.Equal(string.Empty, await EntriesAsync(nothing));
        foreach (var nonsense in new[] { "?event=bogus", "?result=bogus", "?from=bogus", "?before=bogus", "?until=9999-12-31" })
            Assert.NotEqual(string.Empty, await EntriesAsync(nonsense));

        async Task<string> EntriesAsync(string query)
        {
            var page = await _admin.GetAsync("/_mfa/admin/audit" + query);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            return string.Join(' ', (page.Text("entries") ?? string.Empty).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Fact]
    public async Task What_administrators_do_is_in_the_trail_with_their_name_and_address()
    {
        var ada = await _gateway.AddPersonAsync("ada");
        await _admin.SubmitAsync(await _admin.GetAsync(PageOf(ada, "/reset")), ("reason", "phone lost"), ("confirm", "true"));
        await _admin.SubmitAsync(await _admin.GetAsync(PageOf(ada, "/link")));

        var entries = await _gateway.Get<AuditStore>().ListAsync(new AuditFilter { Actor = _root.AccountId, AccountId = ada.AccountId }, null, 10, CancellationToken.None);

        Assert.Equal([AuditEvents.AccountInvited, AuditEvents.SecondFactorReset], entries.Select(recorded => recorded.Entry.Event));
        Assert.All(entries, recorded => Assert.NotNull(recorded.Entry.ClientAddress));
    }

    /// <summary>What the list says of the locks of those who are looked for as locked; null where nobody is.</summary>
    private async Task<string?> LockedInListAsync()
    {
        var list = await _admin.GetAsync("/_mfa/admin?state=locked");
        Assert.Equal("locked", list.Page.QuerySelector("#state option[selected]")!.GetAttribute("value"));
        var people = list.Page.QuerySelectorAll("#people tbody tr");
        if (people.Length == 0)
            return null;

        Assert.Equal("ada", Assert.Single(people).QuerySelector("strong")!.TextContent);
        return people[0].QuerySelector(".badge.bad")!.TextContent.Trim();
    }

    /// <summary>The administrator signs in again after a while.</summary>
    private async Task ComeBackAsync()
    {
        _admin.Cookies.Clear();
        await _root.SignInAsync(_admin, "/_mfa/admin");
    }

    /// <summary>Somebody who has the password guesses codes in one flow.</summary>
    private async Task GuessAsync(TestPerson person, int times)
    {
        using var thief = _gateway.NewBrowser();
        var asked = await person.GivePasswordAsync(thief);
        for (var guess = 0; guess < times; guess++)
            await thief.SubmitAsync(asked, ("code", person.WrongCode));
    }

    private static string FirstSession(Visit person) => person.Page.QuerySelector("#sessions input[name=session]")!.GetAttribute("value")!;

    private static string PageOf(TestPerson person, string rest = "") => $"/_mfa/admin/people/{person.AccountId}{rest}";

    private async Task SetGroupsAsync(TestPerson person, string groups)
    {
        var saved = await _admin.SubmitAsync(
            await _admin.GetAsync(PageOf(person, "/edit")), ("email", $"{person.UserName}@example.org"), ("name", person.UserName), ("groups", groups));
        Assert.Equal(HttpStatusCode.SeeOther, saved.Status);
    }
}
