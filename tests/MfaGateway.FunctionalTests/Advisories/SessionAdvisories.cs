using System.Net;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Storage;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Sessions that are planted, that outlive their end, or that belong to another person.</summary>
public sealed class SessionAdvisories : IAsyncLifetime
{
    private const string Cookie = "__Host-mfa_session";
    private const string Reader = "src/MfaGateway/Sessions/SessionReader.cs";
    private const string Hashes = "src/MfaGateway.Core/Storage/SecretToken.cs";
    private const string Greeting = "hello from upstream";

    private GatewayUnderTest _gateway = null!;
    private TestPerson _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            setup.With("MfaGateway:PublicOrigin", MailedCode.Origin);
        });
        _ada = await (await _gateway.AddPersonAsync()).WithAuthenticatorAsync();
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    [Advisory("CVE-2024-28197", "Zitadel", "A cookie that another sub-domain plants before the sign-in is the session after it", "src/MfaGateway/Sessions/GatewayCookies.cs")]
    [Advisory("CVE-2022-25896", "Passport", "The session's value stays the same through the sign-in", "src/MfaGateway/Sessions/GatewayCookies.cs")]
    [Advisory("CVE-2024-7341", "Keycloak", "The value of the session is not renewed at the sign-in", "src/MfaGateway/Sessions/GatewayCookies.cs")]
    public async Task A_planted_value_is_not_the_session_after_the_sign_in()
    {
        using var attacker = NewBrowser();
        await attacker.OpenAsync("/");
        attacker.Cookies[Cookie] = SecretToken.New().Reveal();
        using var victim = attacker.Clone();

        Assert.Equal(Greeting, (await _ada.SignInAsync(victim)).Body);

        Assert.NotEqual(attacker.Cookies[Cookie], victim.Cookies[Cookie]);
        Assert.Equal(HttpStatusCode.Found, (await attacker.GetAsync("/")).Status);
        attacker.Cookies["mfa_session"] = victim.Cookies[Cookie]; // a name that a sub-domain can write
        attacker.Cookies.Remove(Cookie);
        Assert.Equal(HttpStatusCode.Found, (await attacker.GetAsync("/")).Status);
    }

    [Fact]
    [Advisory("CVE-2025-53826", "File Browser", "A copy of the session's value is good after signing out", Reader)]
    [Advisory("CVE-2024-21492", "caddy-security", "Signing out empties the browser's cookie and leaves the session", Reader)]
    public async Task A_copied_session_ends_with_signing_out()
    {
        using var owner = await SignedInAsync();
        using var copy = owner.Clone();
        Assert.Equal(Greeting, (await copy.GetAsync("/")).Body);

        await owner.SubmitAsync(await owner.GetAsync("/_mfa/sign-out"));

        Assert.Equal(HttpStatusCode.Found, (await copy.GetAsync("/")).Status);
    }

    [Fact]
    [Advisory("CVE-2026-27575", "Vikunja", "Other sessions stay when the password is changed", "src/MfaGateway.Core/SelfService/OwnPassword.cs")]
    public async Task Other_sessions_end_when_the_password_is_changed()
    {
        using var thief = await SignedInAsync();
        using var owner = await SignedInAsync();

        var changed = await owner.SubmitAsync(
            await owner.GetAsync("/_mfa/account/password"), ("currentPassword", _ada.Password), ("newPassword", "velvet tractor humming orbit"));
        Assert.Equal(HttpStatusCode.SeeOther, changed.Status);

        Assert.Equal(HttpStatusCode.Found, (await thief.GetAsync("/")).Status);
        Assert.Equal(Greeting, (await owner.GetAsync("/")).Body);
    }

    [Fact]
    [Advisory("CVE-2026-134800", "VoidAuth", "A stolen session stays when the owner recovers the account", "src/MfaGateway.Core/Accounts/PasswordResets.cs")]
    public async Task Every_session_ends_when_the_account_is_recovered_by_mail()
    {
        using var thief = await SignedInAsync();
        using var owner = NewBrowser();
        await owner.SubmitAsync(await owner.GetAsync("/_mfa/reset-password"), ("email", "ada@example.org"));
        var form = await owner.GetAsync(await Links.NextAsync(_gateway));
        Assert.Equal(HttpStatusCode.SeeOther, (await owner.SubmitAsync(form, ("password", "velvet tractor humming orbit"))).Status);

        Assert.Equal(HttpStatusCode.Found, (await thief.GetAsync("/")).Status);
    }

    [Fact]
    [Advisory("CVE-2026-33668", "Vikunja", "A disabled account is kept out of the sign-in page and of no other way in", "src/MfaGateway/Sessions/SessionCache.cs")]
    [Advisory("CVE-2026-33031", "nginx-ui", "What a disabled account was given before stays good for the API", "src/MfaGateway/Sessions/SessionCache.cs")]
    public async Task A_disabled_account_has_no_session_on_pages_apps_and_the_API()
    {
        using var browser = await SignedInAsync();
        using var pending = NewBrowser();
        _gateway.Time.Advance(TimeSpan.FromSeconds(30));
        var asked = await _ada.GivePasswordAsync(pending);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/_mfa/account")).Status);

        await _ada.DisableAsync();

        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).Status);
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/_mfa/account")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostAsync("/_mfa/api/v1/account/recovery-codes", [])).Status);
        await pending.SubmitAsync(asked, ("code", _ada.CurrentCode));
        Assert.DoesNotContain(Cookie, pending.Cookies.Keys);
    }

    [Fact]
    public async Task A_session_that_is_left_of_a_disabled_account_opens_nothing()
    {
        using var browser = await SignedInAsync();

        // As by hand in the store, or by another program: nothing has ended the account's sessions.
        await _gateway.Get<GatewayStore>().Stores.Transactions.WriteAsync(
            async transaction =>
            {
                var account = (await transaction.FindHeldAccountAsync(_ada.AccountId))!;
                await transaction.Accounts.UpdateAsync(account, account with { Disabled = true });
                transaction.RaiseChange(account.Id);
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).Status);
        Assert.Single(await _gateway.Get<SessionStore>().ListAsync(_ada.AccountId, TestContext.Current.CancellationToken));
    }

    [Fact]
    [Advisory("CVE-2025-29928", "authentik", "Sessions that are ended in the store, by hand or with their account, stay good", "src/MfaGateway/Sessions/SessionCache.cs")]
    public async Task A_session_that_the_store_ends_is_over_at_the_next_request()
    {
        using var browser = await SignedInAsync();
        Assert.Equal(Greeting, (await browser.GetAsync("/")).Body);

        await _gateway.Get<SessionStore>().EndAllAsync(_ada.AccountId, exceptId: null, TestContext.Current.CancellationToken);

        await Eventually.IsAsync(async () => (await browser.GetAsync("/")).Status == HttpStatusCode.Found);
    }

    [Fact]
    [Advisory("CVE-2025-32441", "Rack", "A request that is under way at the sign-out writes the session back at its end", "src/MfaGateway.Core/Sessions/SessionStore.cs")]
    public async Task A_request_that_is_under_way_brings_no_session_back()
    {
        using var browser = await SignedInAsync();
        using var slow = browser.Clone();
        var (arrived, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        _gateway.Upstream.Answer = async context =>
        {
            arrived.TrySetResult();
            await goOn.Task;
            await context.Response.Body.FlushAsync();
        };
        var underWay = Record.ExceptionAsync(() => slow.GetAsync("/slow"));
        await arrived.Task.WaitAsync(TestContext.Current.CancellationToken);
        var store = _gateway.Get<SessionStore>();
        var session = Assert.Single(await store.ListAsync(_ada.AccountId, TestContext.Current.CancellationToken));

        await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-out"));
        goOn.SetResult();
        await underWay;
        _gateway.Upstream.Answer = null;
        // What it would write at its end, had it been read before the sign-out.
        await store.TouchAsync(session.Id, _gateway.Time.GetUtcNow().AddMinutes(2), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Found, (await slow.GetAsync("/")).Status);
        Assert.Empty(await store.ListAsync(_ada.AccountId, TestContext.Current.CancellationToken));
    }

    [Fact]
    [Advisory("CVE-2026-27840", "Zitadel", "A value that is cut short is still good", Hashes)]
    [Advisory("CVE-2026-25748", "authentik", "A malformed cookie passes where a missing one would not", Reader)]
    public async Task A_value_that_is_cut_or_malformed_is_no_session()
    {
        using var browser = await SignedInAsync();
        var value = browser.Cookies[Cookie];
        foreach (var other in new[] { value[..^1], value[..32], value + "A", value + "=", "", "%", "\"", "a=b", "{}", new string('A', 43) })
        {
            browser.Cookies[Cookie] = other;
            Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).Status);
        }

        browser.Cookies[Cookie] = value;
        Assert.Equal(Greeting, (await browser.GetAsync("/")).Body);
    }

    [Theory]
    [Advisory("CVE-2020-8184", "Rack", "An encoded cookie name is decoded to one with a __Host- prefix, which any sub-domain can then write", "src/MfaGateway/Sessions/CookieHeader.cs")]
    [Advisory("CVE-2020-1045", "ASP.NET Core", "Cookie names are decoded, so that a second cookie takes the place of the protected one", "src/MfaGateway/Sessions/CookieHeader.cs")]
    [InlineData("__Host%2Dmfa_session")]
    [InlineData("__%48ost-mfa_session")]
    [InlineData("%5F_Host-mfa_session")]
    public async Task An_encoded_cookie_name_is_another_cookie(string name)
    {
        using var browser = await SignedInAsync();
        browser.Cookies[name] = browser.Cookies[Cookie];
        browser.Cookies.Remove(Cookie);

        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).Status);
    }

    [Fact]
    [Advisory("CVE-2026-71326", "Traefik", "Of requests that come at once one gets the identity that was worked out for another", "src/MfaGateway/Sessions/LiveSession.cs")]
    [Advisory("CVE-2026-33496", "Ory Oathkeeper", "An answer about one credential is kept under a key that another one has as well", "src/MfaGateway/Sessions/SessionCache.cs")]
    public async Task Requests_at_once_keep_their_own_identity()
    {
        var people = new List<(TestPerson Person, Browser Browser)> { (_ada, await SignedInAsync()) };
        for (var number = 0; number < 3; number++)
        {
            var person = await (await _gateway.AddPersonAsync($"person{number}")).WithAuthenticatorAsync();
            var browser = NewBrowser();
            Assert.Equal(Greeting, (await person.SignInAsync(browser)).Body);
            people.Add((person, browser));
        }

        _gateway.Upstream.Answer = context =>
        {
            context.Response.Headers["X-Seen"] = context.Request.Headers["Remote-User"];
            return Task.CompletedTask;
        };
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async number =>
        {
            var (person, browser) = people[number % people.Count];
            return (person.UserName, Seen: (await browser.GetAsync("/page")).Header("X-Seen"));
        }));

        Assert.All(answers, answer => Assert.Equal(answer.UserName, answer.Seen));
        people.ForEach(one => one.Browser.Dispose());
    }

    private async Task<Browser> SignedInAsync()
    {
        _gateway.Time.Advance(TimeSpan.FromSeconds(30));
        var browser = NewBrowser();
        Assert.Equal(Greeting, (await _ada.SignInAsync(browser)).Body);
        return browser;
    }

    private Browser NewBrowser()
    {
        var browser = _gateway.NewBrowser();
        browser.Host = new Uri(MailedCode.Origin).Host;
        return browser;
    }
}
