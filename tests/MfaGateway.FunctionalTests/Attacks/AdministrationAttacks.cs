using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.TestKit;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>The pages under /admin against everybody who is no administrator, or not any more, or not well enough proved.</summary>
public sealed class AdministrationAttacks : IAsyncLifetime
{
    private GatewayUnderTest _gateway = null!;
    private TestPerson _root = null!;
    private TestPerson _ada = null!;
    private IReadOnlyList<OwnPage> _pages = [];

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("wiki", "/{**path}", "one-factor"));
        _root = await (await _gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        _ada = await (await _gateway.AddPersonAsync("ada", "staff")).WithAuthenticatorAsync();
        _pages = await OwnPage.UnderAsync(_gateway, "/_mfa/admin");
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public void The_walk_goes_to_every_page_and_fills_in_every_field()
    {
        Assert.Empty(
            new[] { "/_mfa/admin", "/_mfa/admin/audit", "/_mfa/admin/people/{id}", "/_mfa/admin/people/{id}/unlock", "/_mfa/admin/people/{id}/reset" }
                .Except(_pages.Select(page => page.Template)));
        Assert.Empty(_pages.Where(page => page.TakesForms).SelectMany(page => page.Fields).Except([.. Everything(_ada).Select(field => field.Key), "notice", "returnUrl", "after"]));
    }

    [Fact]
    public async Task Strangers_are_asked_to_sign_in_and_other_people_get_nothing_from_any_page()
    {
        using var stranger = _gateway.NewBrowser();
        using var adas = _gateway.NewBrowser();
        await _ada.SignInAsync(adas);
        var fields = (await adas.GetAsync("/_mfa/account")).Form().Values;

        foreach (var page in Pages(_root.AccountId))
        {
            Assert.StartsWith("/_mfa/sign-in?", (await stranger.GetAsync(page)).Location, StringComparison.Ordinal);
            Assert.StartsWith("/_mfa/sign-in?", (await stranger.PostAsync(page, fields)).Location, StringComparison.Ordinal);
            var seen = await adas.GetAsync(page);
            Assert.Equal(HttpStatusCode.Forbidden, seen.Status);
            Assert.DoesNotContain("root@example.org", seen.Body, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Forbidden, (await adas.PostAsync(page, [.. fields, .. Everything(_root)])).Status);
        }

        await NothingChangedAsync();
    }

    [Fact]
    public async Task An_administrator_who_proved_one_factor_sees_nothing()
    {
        var lazy = await _gateway.AddPersonAsync("lazy", "admins");
        using var browser = _gateway.NewBrowser();
        Assert.Equal("hello from upstream", (await lazy.GivePasswordAsync(browser)).Body);
        var fields = (await browser.GetAsync("/_mfa/account")).Form().Values;

        foreach (var page in Pages(_ada.AccountId))
        {
            var seen = await browser.GetAsync(page);
            Assert.StartsWith("/_mfa/challenge?", seen.Location, StringComparison.Ordinal);
            Assert.StartsWith("/_mfa/enroll/totp", (await browser.FollowAsync(seen)).Url, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(page, [.. fields, .. Everything(_ada)])).Status);
        }

        await NothingChangedAsync();
    }

    [Fact]
    public async Task A_stolen_session_of_an_administrator_is_worth_a_quarter_of_an_hour()
    {
        using var thief = _gateway.NewBrowser();
        var fields = (await _root.SignInAsync(thief, "/_mfa/account")).Form().Values;
        _gateway.Time.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(1));

        foreach (var page in Pages(_ada.AccountId))
        {
            Assert.StartsWith("/_mfa/challenge?", (await thief.GetAsync(page)).Location, StringComparison.Ordinal);
            var posted = await thief.PostAsync(page, [.. fields, .. Everything(_ada)]);
            Assert.Equal(HttpStatusCode.SeeOther, posted.Status);
            Assert.StartsWith("/_mfa/challenge?", posted.Location, StringComparison.Ordinal);
        }

        await NothingChangedAsync();
    }

    [Fact]
    public async Task Other_spellings_of_the_path_lead_nowhere_else()
    {
        using var adas = _gateway.NewBrowser();
        await _ada.SignInAsync(adas);
        string[] spellings =
        [
            "/_MFA/admin", "/_mfa/ADMIN", "/_mfa/admin/", "/_mfa//admin", "/_mfa/./admin", "/_mfa/account/../admin", "/_mfa/%61dmin",
            "/_mfa/admin%2f", "/_mfa/admin;x=1", "/%5fmfa/admin", "/_mfa/admin/index", "/_mfa/Admin/Index", "/_mfa/admin/people",
            "/x/../_mfa/admin", "//_mfa/admin",
        ];

        foreach (var spelling in spellings)
        {
            var visit = await adas.GetAsync(_gateway.Address.GetLeftPart(UriPartial.Authority) + spelling);
            Assert.DoesNotContain("root@example.org", visit.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("id=\"people\"", visit.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_form_that_another_site_sends_or_that_brings_no_token_does_nothing()
    {
        using var admin = _gateway.NewBrowser();
        var fields = (await _root.SignInAsync(admin, "/_mfa/account")).Form().Values;

        foreach (var page in _pages.Where(page => page.TakesForms).Select(page => page.At(_ada.AccountId)))
        {
            var bare = await admin.PostAsync(page, Everything(_ada));
            Assert.Equal(HttpStatusCode.BadRequest, bare.Status);
            var crossed = await admin.PostAsync(
                page, [.. fields, .. Everything(_ada)], request => request.Headers.Add("Sec-Fetch-Site", "cross-site"));
            Assert.Equal(HttpStatusCode.BadRequest, crossed.Status);
            var forged = await admin.PostAsync(page, [.. fields, .. Everything(_ada)], request => request.Headers.Add("Origin", "https://evil.example"));
            Assert.Equal(HttpStatusCode.BadRequest, forged.Status);
        }

        await NothingChangedAsync();
    }

    [Fact]
    public async Task Ids_that_nobody_has_are_not_there_on_any_page()
    {
        using var admin = _gateway.NewBrowser();
        var fields = (await _root.SignInAsync(admin, "/_mfa/account")).Form().Values;

        foreach (var id in new[] { Identifiers.New(), "ada", "0", "'", "%00x", _ada.AccountId.ToUpperInvariant() + "x", "..%2f" })
        {
            foreach (var page in Pages(id).Where(page => page.Contains("/people/", StringComparison.Ordinal)))
            {
                var seen = await admin.GetAsync(page);
                Assert.True(seen.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{page}: {seen.Status}");
                var posted = await admin.PostAsync(page, [.. fields, .. Everything(_ada)]);
                Assert.True(posted.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed, $"{page}: {posted.Status}");
            }
        }

        await NothingChangedAsync();
    }

    [Fact]
    public async Task A_session_of_somebody_else_is_not_ended_by_way_of_this_person()
    {
        using var admin = _gateway.NewBrowser();
        var fields = (await _root.SignInAsync(admin, "/_mfa/account")).Form().Values;
        var roots = Assert.Single(await _gateway.Get<SessionStore>().ListAsync(_root.AccountId, CancellationToken.None));

        var posted = await admin.PostAsync($"/_mfa/admin/people/{_ada.AccountId}/end-session", [.. fields, new("session", roots.Id)]);

        Assert.Equal(HttpStatusCode.NotFound, posted.Status);
        Assert.Single(await _gateway.Get<SessionStore>().ListAsync(_root.AccountId, CancellationToken.None));
    }

    [Fact]
    public async Task Administrators_who_disable_each_other_at_the_same_moment_leave_one()
    {
        var second = await (await _gateway.AddPersonAsync("second", "admins")).WithAuthenticatorAsync();
        using var one = _gateway.NewBrowser();
        using var other = _gateway.NewBrowser();
        await _root.SignInAsync(one, "/_mfa/admin");
        await second.SignInAsync(other, "/_mfa/admin");
        var forms = (
            await one.GetAsync($"/_mfa/admin/people/{second.AccountId}/disable"), await other.GetAsync($"/_mfa/admin/people/{_root.AccountId}/disable"));

        await Task.WhenAll(one.SubmitAsync(forms.Item1), other.SubmitAsync(forms.Item2));

        var accounts = await Task.WhenAll(
            new[] { _root, second }.Select(person => _gateway.Get<AccountStore>().FindAsync(person.AccountId, CancellationToken.None)));
        Assert.Single(accounts, account => !account!.Disabled);
    }

    [Fact]
    public async Task What_people_call_themselves_is_shown_as_text()
    {
        await _gateway.Get<AdministrationService>().InviteAsync(
            "eve", new AccountDetails("eve@example.org", "<img src=x onerror=alert(1)>", ["<b>x</b>"]), Actor.Command, CancellationToken.None);
        using var admin = _gateway.NewBrowser();
        await _root.SignInAsync(admin, "/_mfa/account");

        foreach (var page in new[] { "/_mfa/admin", "/_mfa/admin?query=%22%3E%3Cscript%3E", "/_mfa/admin/audit?user=%22%3E%3Cscript%3E&by=%3Cb%3E" })
        {
            var visit = await admin.GetAsync(page);
            Assert.Equal(HttpStatusCode.OK, visit.Status);
            Assert.Empty(visit.Page.QuerySelectorAll("main script, main img, main b"));
        }
    }

    [Theory]
    [InlineData("administration")]
    [InlineData("Administration")]
    public void Its_policy_is_not_for_routes(string name)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"MfaGateway:Policies:{name}:Factors"] = "one-factor",
        }).Build();

        var reading = MfaGateway.Configuration.GatewayConfigurationReader.Read(configuration);

        Assert.Contains(reading.Faults, fault => fault.Contains($"{name} is built in", StringComparison.Ordinal));
    }

    private IEnumerable<string> Pages(string id) => _pages.Select(page => page.At(id));

    /// <summary>Fields enough for every form there is.</summary>
    private static KeyValuePair<string, string>[] Everything(TestPerson person) =>
    [
        new("username", "mallory"), new("email", "mallory@example.org"), new("name", "Mallory"), new("groups", "admins"),
        new("reason", "because I say so"), new("confirm", "true"), new("id", person.AccountId), new("session", "x"), new("seen", "x"),
        new("magicCode", "off"), new("application", "app"), new("digits", "8"), new("minutes", "5"),
    ];

    private async Task NothingChangedAsync()
    {
        foreach (var person in new[] { _root, _ada })
        {
            var account = (await _gateway.Get<AccountStore>().FindAsync(person.AccountId, CancellationToken.None))!;
            Assert.Equal((false, $"{person.UserName}@example.org"), (account.Disabled, account.Email));
            Assert.Single(await _gateway.Get<TotpStore>().ListAsync(person.AccountId, CancellationToken.None));
        }

        Assert.Null(await _gateway.Get<ApplicationStore>().FindSettingsAsync("app", CancellationToken.None));
        Assert.True((await _gateway.Get<MagicCodeStore>().FindSwitchesAsync(_ada.AccountId, CancellationToken.None)).IsOn);
        Assert.Null(await _gateway.Get<AdministrationService>().FindByNameAsync("mallory", CancellationToken.None));
    }
}
