using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.SelfService;
using MfaGateway.Core.Sessions;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>The pages under /account against people who are after somebody else's account, or have stolen a session.</summary>
public sealed class OwnAccountAttacks
{
    private const string Account = "/_mfa/account";

    [Fact]
    public async Task Other_peoples_authenticators_are_not_there_and_stay_as_they_are()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        var eve = await (await gateway.AddPersonAsync("eve")).WithAuthenticatorAsync();
        var adas = Assert.Single(await gateway.Get<TotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
        using var browser = gateway.NewBrowser();
        var fields = (await eve.SignInAsync(browser, Account)).Form().Values;

        foreach (var page in new[] { "rename", "remove" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"{Account}/authenticators/{page}?id={adas.Id}")).Status);
            var posted = await browser.PostAsync(
                $"{Account}/authenticators/{page}?id={adas.Id}", [.. fields, new("id", adas.Id), new("name", "Eve was here")]);
            Assert.Equal(HttpStatusCode.NotFound, posted.Status);
        }

        var after = Assert.Single(await gateway.Get<TotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
        Assert.Equivalent(adas, after, strict: true);
        using var hers = gateway.NewBrowser();
        Assert.Equal("hello from upstream", (await ada.SignInAsync(hers)).Body);
    }

    [Fact]
    public async Task Other_peoples_sessions_are_not_there_and_go_on()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        var eve = await (await gateway.AddPersonAsync("eve")).WithAuthenticatorAsync();
        using var hers = gateway.NewBrowser();
        await ada.SignInAsync(hers);
        var adas = Assert.Single(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
        using var browser = gateway.NewBrowser();
        var fields = (await eve.SignInAsync(browser, Account)).Form().Values;

        Assert.DoesNotContain(adas.Id, (await browser.GetAsync($"{Account}/sessions")).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PostAsync($"{Account}/sessions/end", [.. fields, new("id", adas.Id)])).Status);
        await browser.PostAsync($"{Account}/sessions/end-others", [.. fields, new("id", adas.Id)]);

        Assert.Equal("hello from upstream", (await hers.GetAsync("/")).Body);
    }

    [Fact]
    public async Task Other_peoples_known_browsers_are_not_there_and_stay_known()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        var eve = await (await gateway.AddPersonAsync("eve")).WithAuthenticatorAsync();
        using var hers = gateway.NewBrowser();
        await ada.SignInAsync(hers);
        var adas = Assert.Single(await gateway.Get<OwnBrowsers>().ListAsync(ada.AccountId, CancellationToken.None));
        using var browser = gateway.NewBrowser();
        var fields = (await eve.SignInAsync(browser, Account)).Form().Values;

        Assert.DoesNotContain(adas.Id, (await browser.GetAsync($"{Account}/browsers")).Body, StringComparison.Ordinal);
        foreach (var id in new[] { adas.Id, "nothing-of-the-kind", string.Empty })
            Assert.Equal(HttpStatusCode.NotFound, (await browser.PostAsync($"{Account}/browsers/forget", [.. fields, new("id", id)])).Status);

        Assert.Equivalent(adas, Assert.Single(await gateway.Get<OwnBrowsers>().ListAsync(ada.AccountId, CancellationToken.None)));
        Assert.Single(await gateway.Get<OwnBrowsers>().ListAsync(eve.AccountId, CancellationToken.None));
    }

    [Fact]
    public async Task No_page_shows_or_changes_anything_of_somebody_else_whatever_id_it_is_given()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        var eve = await (await gateway.AddPersonAsync("eve")).WithAuthenticatorAsync();
        await gateway.Get<RecoveryCodeStore>().ReplaceAllAsync(ada.AccountId, new([1], [[1, 1]]), gateway.Time.GetUtcNow(), CancellationToken.None);
        using var hers = gateway.NewBrowser();
        await ada.SignInAsync(hers);
        var before = await Belongings.ReadAsync(gateway, ada);
        using var browser = gateway.NewBrowser();
        await eve.SignInAsync(browser, Account);
        string[] filled = ["id", "name", "currentPassword", "newPassword", "before", "magicCode", "notice", "returnUrl"];

        foreach (var page in await OwnPage.UnderAsync(gateway, Account))
        {
            Assert.Empty(page.Fields.Except(filled)); // a new field of a form belongs into this walk
            foreach (var id in before.Ids)
            {
                AssertNothingOf(await browser.GetAsync($"{page.At(id)}?id={id}&before=999&returnUrl=%2F"));
                var fields = (await browser.GetAsync(Account)).Form().Values;
                var posted = await browser.PostAsync(
                    page.At(id),
                    [.. fields, new("id", id), new("name", "Eve was here"), new("currentPassword", eve.Password), new("newPassword", "another-Brass-kettle-17")]);
                AssertNothingOf(posted);
                if (page.TakesForms && page.Fields.Contains("id"))
                    Assert.Equal((page.Template, HttpStatusCode.NotFound), (page.Template, posted.Status));
            }
        }

        Assert.Equivalent(before, await Belongings.ReadAsync(gateway, ada), strict: true);
        Assert.Equal("hello from upstream", (await hers.GetAsync("/")).Body);

        void AssertNothingOf(Visit visit)
        {
            Assert.InRange((int)visit.Status, 200, 499);
            Assert.DoesNotContain(before.Ids, id => visit.Body.Contains(id, StringComparison.Ordinal));
            Assert.DoesNotContain("ada@example.org", visit.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_page_wants_a_session_and_every_form_its_request_token()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var fields = (await ada.SignInAsync(browser, Account)).Form().Values;
        var before = await Belongings.ReadAsync(gateway, ada);
        using var nobody = browser.Clone();
        nobody.Cookies.Remove("mfa_session");

        foreach (var page in await OwnPage.UnderAsync(gateway, Account))
        {
            foreach (var url in before.Ids.Select(page.At).Distinct())
            {
                Assert.StartsWith("/_mfa/sign-in", (await nobody.GetAsync(url)).Location, StringComparison.Ordinal);
                Assert.StartsWith("/_mfa/sign-in", (await nobody.PostAsync(url, fields)).Location, StringComparison.Ordinal);
                var forged = await browser.PostAsync(url, before.Ids.Select(id => new KeyValuePair<string, string>("id", id)));
                Assert.Equal(HttpStatusCode.BadRequest, forged.Status);
            }
        }

        Assert.Equivalent(before, await Belongings.ReadAsync(gateway, ada), strict: true);
    }

    [Fact]
    public async Task Whatever_page_is_not_open_stands_where_these_walks_go()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();

        var walked = (await OwnPage.UnderAsync(gateway, Account)).Concat(await OwnPage.UnderAsync(gateway, "/_mfa/admin")).Select(page => page.Template);
        var guarded = gateway.Get<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints.OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Mvc.RazorPages.PageActionDescriptor>() is not null
                && endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is null)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/')).Distinct();

        Assert.Equal(walked.Order(StringComparer.Ordinal), guarded.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("recovery-codes/regenerate")]
    [InlineData("password")]
    [InlineData("sessions/end")]
    [InlineData("sessions/end-others")]
    [InlineData("browsers/forget")]
    public async Task What_is_posted_without_a_request_token_or_by_nobody_changes_nothing(string page)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        using var other = gateway.NewBrowser();
        await ada.SignInAsync(other);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        var fields = (await ada.SignInAsync(browser, Account)).Form().Values;
        var sessions = await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None);
        var known = await gateway.Get<OwnBrowsers>().ListAsync(ada.AccountId, CancellationToken.None);
        var hash = await gateway.Get<PasswordStore>().FindHashAsync(ada.AccountId, CancellationToken.None);
        KeyValuePair<string, string>[] all =
        [
            .. fields, new("id", page == "browsers/forget" ? known[0].Id : sessions[0].Id), new("currentPassword", ada.Password), new("newPassword", "another-Brass-kettle-17"),
        ];

        var forged = await browser.PostAsync($"{Account}/{page}", all.Where(field => field.Key != "__RequestVerificationToken"));
        Assert.Equal(HttpStatusCode.BadRequest, forged.Status);
        using var nobody = browser.Clone();
        nobody.Cookies.Remove("mfa_session");
        Assert.StartsWith("/_mfa/sign-in", (await nobody.PostAsync($"{Account}/{page}", all)).Location, StringComparison.Ordinal);

        Assert.Equivalent(sessions, await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
        Assert.Equivalent(known, await gateway.Get<OwnBrowsers>().ListAsync(ada.AccountId, CancellationToken.None));
        Assert.Equal(hash, await gateway.Get<PasswordStore>().FindHashAsync(ada.AccountId, CancellationToken.None));
        Assert.Null(await gateway.Get<RecoveryCodeStore>().FindSetAsync(ada.AccountId, CancellationToken.None));
    }

    [Theory]
    [InlineData("recovery-codes/regenerate")]
    [InlineData("password")]
    public async Task Stale_proofs_are_asked_again_and_the_page_is_there_again_afterwards(string page)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var fields = (await ada.SignInAsync(browser, Account)).Form().Values;
        var hash = await gateway.Get<PasswordStore>().FindHashAsync(ada.AccountId, CancellationToken.None);
        gateway.Time.Advance(TimeSpan.FromMinutes(10.5));

        var posted = await browser.PostAsync(
            $"{Account}/{page}", [.. fields, new("currentPassword", ada.Password), new("newPassword", "another-Brass-kettle-17")]);
        Assert.Equal(HttpStatusCode.SeeOther, posted.Status);
        var password = await browser.FollowAsync(posted);
        Assert.StartsWith("/_mfa/challenge/password", password.Url, StringComparison.Ordinal);
        var code = await browser.FollowAsync(await browser.SubmitAsync(password, ("password", ada.Password)));
        Assert.StartsWith("/_mfa/challenge/totp", code.Url, StringComparison.Ordinal);
        var back = await browser.FollowAsync(await browser.SubmitAsync(code, ("code", ada.CurrentCode)));

        Assert.Equal($"{Account}/{page}", back.Url);
        Assert.Equal(hash, await gateway.Get<PasswordStore>().FindHashAsync(ada.AccountId, CancellationToken.None));
        Assert.Null(await gateway.Get<RecoveryCodeStore>().FindSetAsync(ada.AccountId, CancellationToken.None));
    }

    [Fact]
    public async Task No_sign_in_with_the_old_password_outlives_the_change_of_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("wiki", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var mine = gateway.NewBrowser();
        var form = await ada.GivePasswordAsync(mine, $"{Account}/password");
        var thieves = Enumerable.Range(0, 8).Select(_ => gateway.NewBrowser()).ToArray();
        var pages = await Task.WhenAll(thieves.Select(thief => thief.OpenAsync("/")));

        var posts = thieves.Zip(pages, (thief, page) => thief.SubmitAsync(page, ("username", ada.UserName), ("password", ada.Password))).ToArray();
        var change = mine.SubmitAsync(form, ("currentPassword", ada.Password), ("newPassword", "another-Brass-kettle-17"));
        await Task.WhenAll(posts);
        Assert.Equal($"{Account}?notice=password-changed", (await change).Location);

        // Those who were let in before the change are out; nobody came in after it.
        var left = Assert.Single(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
        Assert.Equal(HttpStatusCode.OK, (await mine.GetAsync(Account)).Status);
        Assert.Equal(left.Id, Assert.Single(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None)).Id);
        foreach (var thief in thieves)
            thief.Dispose();
    }

    [Fact]
    public async Task One_recovery_code_used_twice_at_once_passes_once_and_two_different_ones_both_pass()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var codes = RecoveryCode.GenerateSet(3);
        var salt = RecoveryCodeHash.NewSalt();
        await gateway.Get<RecoveryCodeStore>().ReplaceAllAsync(
            ada.AccountId, new(salt, [.. codes.Select(code => RecoveryCodeHash.Create(code, salt))]), gateway.Time.GetUtcNow(), CancellationToken.None);

        Assert.Single(await UseAtOnceAsync(codes[0], codes[0]), HttpStatusCode.SeeOther);
        Assert.Equal([HttpStatusCode.SeeOther, HttpStatusCode.SeeOther], await UseAtOnceAsync(codes[1], codes[2]));
        Assert.Equal(0, (await gateway.Get<RecoveryCodeStore>().FindSetAsync(ada.AccountId, CancellationToken.None))!.Remaining);

        async Task<HttpStatusCode[]> UseAtOnceAsync(params RecoveryCode[] used)
        {
            var browsers = used.Select(_ => gateway.NewBrowser()).ToArray();
            var pages = new List<Visit>();
            foreach (var browser in browsers)
            {
                await ada.GivePasswordAsync(browser);
                pages.Add(await browser.GetAsync("/_mfa/challenge/recovery-code?returnUrl=%2F"));
            }

            var answers = await Task.WhenAll(used.Select((code, i) => browsers[i].SubmitAsync(pages[i], ("code", code.ToGroups()))));
            foreach (var browser in browsers)
                browser.Dispose();
            return [.. answers.Select(answer => answer.Status)];
        }
    }

    [Theory]
    [InlineData("authenticators/add")]
    [InlineData("authenticators/rename")]
    [InlineData("authenticators/remove")]
    public async Task A_stolen_session_whose_proofs_are_stale_changes_nothing(string page)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var thief = gateway.NewBrowser();
        var fields = (await ada.SignInAsync(thief, Account)).Form().Values;
        var before = Assert.Single(await gateway.Get<TotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
        gateway.Time.Advance(TimeSpan.FromMinutes(10.5));

        var posted = await thief.PostAsync($"{Account}/{page}", [.. fields, new("id", before.Id), new("name", "mine")]);

        Assert.NotEqual(HttpStatusCode.OK, posted.Status);
        Assert.False(posted.Location?.StartsWith("/_mfa/enroll", StringComparison.Ordinal) ?? false);
        Assert.Equivalent(before, Assert.Single(await gateway.Get<TotpStore>().ListAsync(ada.AccountId, CancellationToken.None)), strict: true);
    }

    [Theory]
    [InlineData("authenticators/add")]
    [InlineData("authenticators/rename")]
    [InlineData("authenticators/remove")]
    public async Task A_post_without_a_request_token_changes_nothing(string page)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser, Account);
        var before = Assert.Single(await gateway.Get<TotpStore>().ListAsync(ada.AccountId, CancellationToken.None));

        var posted = await browser.PostAsync($"{Account}/{page}", [new("id", before.Id), new("name", "forged")]);

        Assert.Equal(HttpStatusCode.BadRequest, posted.Status);
        Assert.Equivalent(before, Assert.Single(await gateway.Get<TotpStore>().ListAsync(ada.AccountId, CancellationToken.None)), strict: true);
        Assert.DoesNotContain("mfa_flow", browser.Cookies.Keys);
    }

    [Fact]
    public async Task Ending_the_session_of_a_thief_ends_the_phone_that_is_being_added_in_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var thief = gateway.NewBrowser();
        var fields = (await ada.SignInAsync(thief, Account)).Form().Values;
        var enrol = await thief.FollowAsync(await thief.PostAsync($"{Account}/authenticators/add", fields));
        Assert.True(Base32.TryDecode(enrol.Text("totp-secret"), out var secret));
        var phone = new TestPerson(gateway, "ada") { Secret = TotpSecret.FromBytes(secret!) };

        await gateway.Get<SessionStore>().EndAllAsync(ada.AccountId, exceptId: null, CancellationToken.None);
        await thief.SubmitAsync(enrol, ("code", phone.CurrentCode));

        Assert.Single(await gateway.Get<TotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
        Assert.Empty(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
    }

    [Fact]
    public async Task After_a_reset_the_account_page_is_no_way_around_the_code_that_was_handed_over()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("wiki", "/{**path}", "one-factor"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var account = (await gateway.Get<AccountStore>().FindAsync(ada.AccountId, CancellationToken.None))!;
        await gateway.Get<AdministrationService>().ResetSecondFactorAsync(account, "lost her phone", Actor.Command, CancellationToken.None);

        using var thief = gateway.NewBrowser();
        var fields = (await ada.GivePasswordAsync(thief, Account)).Form().Values;
        var begun = await thief.PostAsync($"{Account}/authenticators/add", fields);
        Assert.StartsWith("/_mfa/enroll/code", begun.Location, StringComparison.Ordinal);

        var enrol = await thief.GetAsync("/_mfa/enroll/totp");
        Assert.StartsWith("/_mfa/enroll/code", enrol.Location, StringComparison.Ordinal);
        Assert.Empty(await gateway.Get<TotpStore>().ListAsync(ada.AccountId, CancellationToken.None));
    }

    [Fact]
    public async Task A_flow_that_adds_a_phone_is_not_taken_for_one_that_proves_something()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var fields = (await ada.SignInAsync(browser, Account)).Form().Values;
        await browser.PostAsync($"{Account}/authenticators/add", fields);
        gateway.Time.Advance(TimeSpan.FromMinutes(9.9));

        // Fresh enough still; a minute later the step-up of another page asks for a password, not for a phone.
        gateway.Time.Advance(TimeSpan.FromMinutes(0.2));
        var asked = await browser.OpenAsync($"{Account}/authenticators/remove");
        Assert.StartsWith("/_mfa/challenge/password", asked.Url, StringComparison.Ordinal);
    }
}
