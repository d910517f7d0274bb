using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>An administrator renames and deletes accounts, with a browser and no scripts.</summary>
public sealed class AccountEndJourneys : IAsyncLifetime
{
    private GatewayUnderTest _gateway = null!;
    private TestPerson _root = null!;
    private TestPerson _ada = null!;
    private Browser _admin = null!;
    private Browser _adas = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.StartAsync();
        _root = await (await _gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        _ada = await (await _gateway.AddPersonAsync("ada", "staff")).WithAuthenticatorAsync();
        (_admin, _adas) = (_gateway.NewBrowser(), _gateway.NewBrowser());
        await _root.SignInAsync(_admin, "/_mfa/admin");
        Assert.Equal("hello from upstream", (await _ada.SignInAsync(_adas)).Body);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        _adas.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_leaver_is_deleted_is_out_at_once_and_name_and_address_serve_the_next_person()
    {
        var asked = await _admin.GetAsync(PageOf(_ada, "/delete"));
        Assert.Contains("can't be undone", asked.Body, StringComparison.Ordinal);
        var done = await _admin.FollowAsync(await _admin.SubmitAsync(asked, ("confirm", "ada")));

        Assert.Equal("The account was deleted.", done.Text("notice"));
        Assert.DoesNotContain("ada@example.org", done.Body, StringComparison.Ordinal);
        Assert.StartsWith("/_mfa/sign-in", (await _adas.GetAsync("/")).Location, StringComparison.Ordinal);
        using var stranger = _gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.Unauthorized, (await GivePasswordAsync(stranger, "ada")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _admin.GetAsync(PageOf(_ada))).Status);

        var next = await _gateway.AddPersonAsync("ada");
        Assert.NotEqual(_ada.AccountId, next.AccountId);
        Assert.StartsWith("/_mfa/enroll/totp", (await GivePasswordAsync(stranger, "ada")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_log_shows_and_finds_what_happened_to_the_leaver_under_the_old_name()
    {
        await _admin.SubmitAsync(await _admin.GetAsync(PageOf(_ada, "/delete")), ("confirm", "ada"));

        var log = await _admin.GetAsync("/_mfa/admin/audit?user=ADA");

        Assert.Contains("Account deleted: ada", log.Text("entries"), StringComparison.Ordinal);
        Assert.Contains("Account added", log.Text("entries"), StringComparison.Ordinal);
        Assert.Contains("ada (deleted)", log.Text("entries"), StringComparison.Ordinal);
        Assert.Contains("by root", log.Text("entries"), StringComparison.Ordinal);
        Assert.Empty(log.Page.QuerySelectorAll($"a[href*='{_ada.AccountId}']"));
    }

    [Fact]
    public async Task Nothing_is_deleted_without_the_user_name_and_never_ones_own_account()
    {
        var form = await _admin.GetAsync(PageOf(_ada, "/delete"));
        foreach (var typed in new[] { "", "true", "ad", "root" })
        {
            var refused = await _admin.SubmitAsync(form, ("confirm", typed));
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            Assert.Equal("Enter the username as it is shown.", refused.Text("confirm-fault"));
        }

        var second = await _gateway.AddPersonAsync("second", "admins");
        var own = await _admin.GetAsync(PageOf(_root, "/delete"));
        Assert.Empty(own.Page.QuerySelectorAll("input[name=confirm]"));
        var posted = await _admin.PostAsync(PageOf(_root, "/delete"), form.Form(("confirm", "root")).Values);
        Assert.Equal(HttpStatusCode.Conflict, posted.Status);
        Assert.Equal(AdministrationService.OwnAccount, posted.Text("error"));

        Assert.NotNull(await FindAsync(_ada));
        Assert.NotNull(await FindAsync(_root));
        Assert.NotNull(await FindAsync(second));
    }

    [Fact]
    public async Task A_deletion_that_another_site_or_another_person_sends_does_nothing()
    {
        var fields = (await _adas.GetAsync("/_mfa/account")).Form().Values;
        Assert.Equal(
            HttpStatusCode.Forbidden, (await _adas.PostAsync(PageOf(_root, "/delete"), [.. fields, new("confirm", "root")])).Status);
        Assert.Equal(
            HttpStatusCode.Forbidden, (await _adas.PostAsync(PageOf(_root, "/rename"), [.. fields, new("username", "mallory"), new("seen", "root")])).Status);

        var form = (await _admin.GetAsync(PageOf(_ada, "/delete"))).Form(("confirm", "ada")).Values;
        var crossed = await _admin.PostAsync(PageOf(_ada, "/delete"), form, request => request.Headers.Add("Sec-Fetch-Site", "cross-site"));
        Assert.Equal(HttpStatusCode.BadRequest, crossed.Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _admin.PostAsync(PageOf(_ada, "/delete"), [new("confirm", "ada")])).Status);

        Assert.NotNull(await FindAsync(_ada));
        Assert.Equal("root", (await FindAsync(_root))!.UserName);
    }

    [Fact]
    public async Task Administrators_who_delete_each_other_at_the_same_moment_leave_one()
    {
        var second = await (await _gateway.AddPersonAsync("second", "admins")).WithAuthenticatorAsync();
        using var other = _gateway.NewBrowser();
        await second.SignInAsync(other, "/_mfa/admin");
        var forms = (await _admin.GetAsync(PageOf(second, "/delete")), await other.GetAsync(PageOf(_root, "/delete")));

        await Task.WhenAll(_admin.SubmitAsync(forms.Item1, ("confirm", "second")), other.SubmitAsync(forms.Item2, ("confirm", "root")));

        Assert.Single(new[] { await FindAsync(_root), await FindAsync(second) }, account => account is not null);
    }

    [Fact]
    public async Task A_renamed_person_is_signed_out_notified_and_known_to_apps_by_the_new_name()
    {
        Assert.Equal("ada", _gateway.Upstream.Last.Headers["Remote-User"]);
        var asked = await _admin.GetAsync(PageOf(_ada, "/rename"));
        Assert.Contains("Applications know people by their username", asked.Body, StringComparison.Ordinal);
        var done = await _admin.FollowAsync(await _admin.SubmitAsync(asked, ("username", "countess")));

        Assert.Equal("Renamed, signed out everywhere and notified by email.", done.Text("notice"));
        Assert.Contains("Account renamed: ada is now countess", done.Text("entries"), StringComparison.Ordinal);
        Assert.StartsWith("/_mfa/sign-in", (await _adas.GetAsync("/")).Location, StringComparison.Ordinal);
        var mail = await _gateway.Mail.NextAsync("ada@example.org");
        Assert.Contains("from ada to countess", mail.Sentences, StringComparison.Ordinal);

        using var stranger = _gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.Unauthorized, (await GivePasswordAsync(stranger, "ada")).Status);
        _gateway.Time.Advance(TimeSpan.FromSeconds(30));
        var code = await _adas.FollowAsync(await GivePasswordAsync(_adas, "countess"));
        await _adas.FollowAsync(await _adas.SubmitAsync(code, ("code", _ada.CurrentCode)));
        Assert.Equal("countess", _gateway.Upstream.Last.Headers["Remote-User"]);
    }

    [Fact]
    public async Task A_new_name_that_can_not_be_is_marked_and_one_that_is_outdated_changes_nothing()
    {
        var form = await _admin.GetAsync(PageOf(_ada, "/rename"));
        foreach (var (name, why) in new[] { ("ROOT", "taken"), ("root@example.org", "e-mail address of another account"), ("a/b", "slashes"), ("", "Choose"), ("ada", "already") })
        {
            var refused = await _admin.SubmitAsync(form, ("username", name));
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            Assert.Contains(why, refused.Text("username-fault"), StringComparison.Ordinal);
        }

        await _admin.SubmitAsync(form, ("username", "countess"));
        var late = await _admin.SubmitAsync(form, ("username", "duchess"));
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Equal("countess", (await FindAsync(_ada))!.UserName);
    }

    private static string PageOf(TestPerson person, string page = "") => $"/_mfa/admin/people/{person.AccountId}{page}";

    private Task<Account?> FindAsync(TestPerson person) => _gateway.Get<AccountStore>().FindAsync(person.AccountId, CancellationToken.None);

    private static async Task<Visit> GivePasswordAsync(Browser browser, string name) =>
        await browser.SubmitAsync(await browser.OpenAsync("/"), ("username", name), ("password", TestPerson.DefaultPassword));
}
